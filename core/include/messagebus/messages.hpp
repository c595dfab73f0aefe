#pragma once

// Everything that a file with messages and models needs.

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>
#include <messagebus/domain/message.hpp>
#include <messagebus/domain/model.hpp>
#include <messagebus/domain/raised_messages.hpp>
#include <messagebus/domain/timestamp.hpp>
#include <messagebus/domain/uuid.hpp>
