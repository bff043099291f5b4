// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]

let package = Package(
    name: "minirun",
    products: [
        .library(name: "Namespaces", targets: ["Namespaces"]),
        .library(name: "NetSetup", targets: ["NetSetup"]),
        .library(name: "MiniRun", targets: ["MiniRun"]),
        .executable(name: "minirun", targets: ["minirun"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    ],
    targets: [
        .target(
            name: "CShim",
            cSettings: [.treatAllWarnings(as: .error)],
            linkerSettings: [
                .linkedLibrary("mnl"), .linkedLibrary("nftnl"), .linkedLibrary("cap"), .linkedLibrary("seccomp"),
            ]
        ),
        .target(
            name: "Namespaces",
            dependencies: ["CShim", .product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: strict
        ),
        .target(
            name: "NetSetup",
            dependencies: ["CShim", "Namespaces", .product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: strict
        ),
        .target(
            name: "MiniRun",
            dependencies: [
                "CShim", "Namespaces", "NetSetup", .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "minirun",
            dependencies: ["MiniRun", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: strict
        ),
        .testTarget(name: "NamespacesTests", dependencies: ["Namespaces"], swiftSettings: strict),
        .testTarget(name: "NetSetupTests", dependencies: ["NetSetup"], swiftSettings: strict),
        .testTarget(name: "MiniRunTests", dependencies: ["MiniRun"], swiftSettings: strict),
        .testTarget(name: "EndToEndTests", dependencies: ["CShim"], swiftSettings: strict),
    ]
)
