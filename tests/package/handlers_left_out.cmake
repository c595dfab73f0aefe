# A file that does not stand behind SOURCES.
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/messagebus_handlers.cmake)
messagebus_add_handlers(shop_handlers orders.cpp SOURCES letters.cpp)
