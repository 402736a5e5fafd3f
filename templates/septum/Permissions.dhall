-- System calls beyond a partition's ports: `log`; `now` and deadlines (`clock`); `restart`
-- and `stop` of others with the records of all faults (`manage`, for one partition, the
-- monitor); `safe_mode`, which asks for the second schedule.
{ Type = { log : Bool, clock : Bool, manage : Bool, safe_mode : Bool }
, default = { log = True, clock = False, manage = False, safe_mode = False }
}
