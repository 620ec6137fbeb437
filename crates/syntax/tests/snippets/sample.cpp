#pragma once
#include <vector>
namespace plan::detail { using Rooms = std::vector<Room>; }

template <typename T, int N = 4>
concept Shape = requires(T t) { t.area(); };

/// A plan.
class Plan final : public Base<int> {
public:
    explicit Plan(std::string name) : name_(std::move(name)), size_{0} {}
    virtual ~Plan() = default;
    [[nodiscard]] auto size() const noexcept -> std::size_t override;
    bool operator==(const Plan& other) const;
private:
    static constexpr int MAX_ROOMS = 64;
    std::string name_;
};

auto Plan::size() const noexcept -> std::size_t {
    auto total = [this, &x](auto&& room) mutable { return room->area() * 1.5e3; };
    for (const auto& room : rooms_) if (room != nullptr) throw std::runtime_error("bad\n");
    std::cout << static_cast<int>(total(*this)) << R"(raw)" << 'c' << std::endl;
    return new Plan{"x"}, make_unique<Plan>(true);
}
