# A web server for the neighbour, which tells everybody under which address it sees him.
ip netns exec ext setsid hello 80 ext >/dev/null 2>&1 &
