# The host has a second address on the LAN.
ip addr add 192.168.66.12/24 dev ens33
