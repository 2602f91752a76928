import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite("Supply and demand zones")
struct SupplyDemandZonesTests {
    private func bar(_ day: Int, _ open: Double, _ high: Double, _ low: Double, _ close: Double, _ volume: Int? = 1_000)
        -> DailyBar
    {
        DailyBar(
            symbol: "XYZ",
            date: TradingDate(daysSinceEpoch: 20_000 + day),
            open: ChainSamples.decimal(open),
            high: ChainSamples.decimal(high),
            low: ChainSamples.decimal(low),
            close: ChainSamples.decimal(close),
            volume: volume
        )
    }

    /// 40 bars of range 2 and body 1.6, falling by 0.1 a day from 104: the ATR is 2, and none of them is a base.
    private func fall() -> [DailyBar] {
        (0..<40).map { day in
            let middle = 104 - 0.1 * Double(day)
            return bar(day, middle + 0.8, middle + 1, middle - 1, middle - 0.8)
        }
    }

    /// A base of two bars between 99.2 and 100.4 with bodies up to 100.1, then a leg out to 104.4 on triple volume.
    private func rally() -> [DailyBar] {
        fall() + [
            bar(40, 99.9, 100.3, 99.2, 99.6), bar(41, 99.6, 100.4, 99.4, 100.1),
            bar(42, 100.2, 104.6, 100.1, 104.4, 3_000),
        ]
    }

    @Test("a drop, a base, a rally: the zone is the base's low to its highest body, from the bar that confirms it")
    func demand() throws {
        #expect(SupplyDemandZones(Array(rally().dropLast())).zones.isEmpty)
        let zones = SupplyDemandZones(rally()).zones
        let zone = try #require(zones.first)
        #expect(zones.count == 1 && zone.kind == .demand && zone.pattern == .dropBaseRally && zone.isFresh)
        #expect(agree(zone.low, 99.2, relative: 1e-12) && agree(zone.high, 100.1, relative: 1e-12))
        #expect(zone.baseStart.daysSinceEpoch == 20_040 && zone.baseEnd.daysSinceEpoch == 20_041)
        #expect(zone.confirmed.daysSinceEpoch == 20_042)
        // ATR by Wilder after 40 ranges of 2, then true ranges of 1.1 (99.2 to 100.3, previous close 99.3) and 1.0.
        let range = ((2.0 * 13 + 1.1) / 14 * 13 + 1.0) / 14
        #expect(agree(zone.legOut, (104.4 - 100.4) / range, relative: 1e-9), "\(zone.legOut)")
        #expect(agree(try #require(zone.volumeRatio), 3, relative: 1e-12))
        #expect(agree(zone.strength, 40 * (4 / range) / 4 + 30 + 30, relative: 1e-9))
    }

    @Test("mirrored prices give the mirrored supply zone")
    func supply() throws {
        let mirrored = rally().map { bar in
            var turned = bar
            turned.open = 200 - bar.open
            turned.close = 200 - bar.close
            turned.high = 200 - bar.low
            turned.low = 200 - bar.high
            return turned
        }
        let demand = try #require(SupplyDemandZones(rally()).zones.first)
        let supply = try #require(SupplyDemandZones(mirrored).zones.first)
        #expect(supply.kind == .supply && supply.pattern == .rallyBaseDrop)
        #expect(agree(supply.low, 200 - demand.high, relative: 1e-12))
        #expect(agree(supply.high, 200 - demand.low, relative: 1e-12))
        #expect(agree(supply.strength, demand.strength, relative: 1e-9))
    }

    @Test("a return is a test, a close well below breaks it")
    func life() throws {
        let back =
            rally() + [
                bar(43, 104, 105, 103, 103.5), bar(44, 103, 103.2, 99.9, 101), bar(45, 101, 101.5, 100, 100.9),
                bar(46, 101, 103, 100.8, 102.8), bar(47, 102, 102.2, 99.5, 101.5),
            ]
        let tested = try #require(SupplyDemandZones(back).zones.first)
        // Days 44 and 45 are one visit, day 47 another.
        #expect(tested.tests == 2 && tested.broken == nil && !tested.isFresh)
        let shallow = back + [bar(48, 101, 101.2, 98.9, 99.15)]
        #expect(SupplyDemandZones(shallow).zones.first?.broken == nil)
        let through = back + [bar(48, 101, 101.2, 97, 97.2)]
        let broken = SupplyDemandZones(through)
        #expect(broken.zones.first?.broken?.daysSinceEpoch == 20_048)
        #expect(broken.holding.allSatisfy { $0.kind == .supply })
        #expect(try #require(broken.zones.first).strength < tested.strength + 1e-9)
    }

    @Test("without volumes the strength rests on the rest; few bars and days without a range give nothing")
    func edges() throws {
        let silent = rally().map { bar in
            var quiet = bar
            quiet.volume = nil
            return quiet
        }
        let zone = try #require(SupplyDemandZones(silent).zones.first)
        #expect(zone.volumeRatio == nil && (0...100).contains(zone.strength))
        #expect(SupplyDemandZones(Array(rally().suffix(29))).zones.isEmpty)
        #expect(SupplyDemandZones([]).zones.isEmpty)
        var withDoji = rally()
        withDoji.insert(bar(42, 100, 100, 100, 100), at: 42)
        withDoji[43].date = TradingDate(daysSinceEpoch: 20_043)
        #expect(SupplyDemandZones(withDoji).zones.count == 1)
    }

    @Test("no zone exists before the bar that confirms it, and what comes later does not change what was")
    func noLookAhead() throws {
        let file = try TechnicalsFile.load()
        var seen = 0
        for symbol in file.bars.keys.sorted() {
            let bars = file.daily(symbol)
            var tracker = SupplyDemandZones()
            for length in 1...bars.count {
                tracker.add(bars[length - 1])
                guard length.isMultiple(of: 13) || length == bars.count else { continue }
                let truncated = SupplyDemandZones(Array(bars.prefix(length))).zones
                #expect(truncated == tracker.zones)
                #expect(truncated.allSatisfy { $0.confirmed <= bars[length - 1].date })
                // A wild future leaves the zones of today as they are, but for what it does to them afterwards.
                var wild = SupplyDemandZones(Array(bars.prefix(length)))
                wild.add(bar(1_000, 1, 1_000, 0.5, 900))
                let confirmed = wild.zones.filter { $0.confirmed <= bars[length - 1].date }
                #expect(
                    confirmed.map(\.confirmed) == truncated.map(\.confirmed) || wild.zones.contains { $0.merged > 0 }
                )
            }
            seen += tracker.zones.count
            #expect(tracker.zones.allSatisfy { $0.strength >= 0 && $0.strength <= 100 && $0.low < $0.high })
        }
        #expect(seen > 3, "the invented series hold zones")
    }
}
