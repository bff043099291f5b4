# What the cameras have seen, and a place for the result.
mkdir -p /run/lab/data /run/lab/result
printf '%s\n' B20017 %plate% C00815 %plate% B20017 %plate% >/run/lab/data/seen
