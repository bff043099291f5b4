import NetSetup
