import MiniRun
