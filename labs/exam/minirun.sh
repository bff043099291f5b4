#% nothing ->
# Nothing is to be done: without faults the machine is whole.
#zh 什么也不用做：没有故障时，机器本来就是完好的。
:
