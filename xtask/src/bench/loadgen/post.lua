-- One body over and over, for wrk. Run by `cargo xtask bench loadgen`, which names in BODY the file to send.

local file = assert(io.open(os.getenv("BODY"), "rb"))

wrk.method = "POST"
wrk.body = file:read("*a")
wrk.headers["Content-Type"] = "application/json"

file:close()
