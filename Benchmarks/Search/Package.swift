// swift-tools-version: 6.1
import PackageDescription

let package = Package(
    name: "search-benchmark",
    dependencies: [.package(name: "magnus", path: "../..")],
    targets: [
        .executableTarget(
            name: "SearchBenchmark",
            dependencies: [
                .product(name: "Encoder", package: "magnus"), .product(name: "Retrieval", package: "magnus"),
            ]
        )
    ],
    swiftLanguageModes: [.v6]
)
