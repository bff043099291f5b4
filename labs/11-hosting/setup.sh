# The machine as the predecessor left it: two tenants, one of them with a hole.
n=4
for t in shop forest; do
	minirun network create --subnet %net%.$n.0/24 $t >/dev/null
	minirun run -d --name $t-web --network $t --ip %net%.$n.2 -p %pp%$n:80 busybox hello 80 $t-web >/dev/null 2>&1
	n=5
done
minirun run -d --name shop-db --network shop --ip %net%.4.3 -p 5432:5432 busybox hello 5432 shop-db >/dev/null 2>&1
minirun run -d --name forest-db --network forest --ip %net%.5.3 busybox hello 5432 forest-db >/dev/null 2>&1
