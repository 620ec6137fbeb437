# frozen_string_literal: true
require "set"

module Plans
  class Plan < Base
    include Enumerable
    MAX_ROOMS = 64
    attr_reader :name, :rooms

    def initialize(name, limit: MAX_ROOMS, *rest, &block)
      @name = name
      @@count ||= 0
      super()
    end

    def self.load(path) = File.open(path, "r") { |file| new(file.read, limit: 1.5) }

    def each
      return enum_for(:each) unless block_given?
      rooms.each_with_index do |room, i|
        puts "room #{i}: #{room[:name]&.upcase}\n" if room =~ /a.z/i && !room.nil?
        yield room, { "a" => 1, key: nil }
      end
    end

    private
    def empty? = rooms.empty? and $stdout.sync
  end
end
