#pragma once

// Everything that a file with handlers, or with a bus, needs.

#include <messagebus/domain/print.hpp>
#include <messagebus/messages.hpp>
#include <messagebus/service/bus.hpp>
#include <messagebus/service/proved_bus.hpp>
#include <messagebus/service/repository.hpp>
#include <messagebus/service/transaction.hpp>
#include <messagebus/service/unit_of_work.hpp>
