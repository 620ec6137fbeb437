#!/usr/bin/env lua
-- a plan
local rooms = require("rooms")
local Plan = {}
Plan.__index = Plan
MAX_ROOMS = 0x40

--[[ A plan
  of rooms. ]]
function Plan.new(name, ...)
  local self = setmetatable({ name = name, rooms = {}, open = true }, Plan)
  for at, room in ipairs({ ... }) do
    if room ~= nil and #self.rooms < MAX_ROOMS then
      self.rooms[at] = room
    else
      goto done
    end
  end
  ::done::
  return self
end

function Plan:shout()
  return string.format("%s\n", self.name:upper()) .. [[
raw]] .. 'x'
end

local each = function(plan, call)
  while #plan.rooms > 1.5 do call(table.remove(plan.rooms)) end
end
return { Plan = Plan, each = each, walk = function() return nil end }
