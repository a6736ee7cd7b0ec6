using System.Reflection;
using ImageStorage.AzureBlob;
using ImageStorage.FileSystem;
using ImageStorage.LiteDb;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.Configuration.Tests;

/// <summary>A type of options, its section in the configuration of a store, and the smallest configuration that uses it.</summary>
/// <param name="Type">The type.</param>
/// <param name="Path">The section, relative to the store; empty for the store itself.</param>
/// <param name="Store">The other settings of the store.</param>
/// <param name="CodeOnly">The options that no configuration can express.</param>
public sealed record OptionsSection(Type Type, string Path, IReadOnlyDictionary<string, string?> Store, params string[] CodeOnly)
{
    private const string Main = "Providers:main:";

    /// <summary>All sections.</summary>
    public static IReadOnlyList<OptionsSection> All { get; } =
    [
        new(typeof(ImageStorageOptions), "", Memory()),
        new(typeof(FailoverOptions), "Failover", Memory(("Fallbacks:0", "spare"), ("Primary", "main"), ("Providers:spare:Type", "InMemory"))),
        new(typeof(MirrorOptions), "Mirroring", Memory(("Mirror", "spare"), ("Primary", "main"), ("Providers:spare:Type", "InMemory"))),
        new(typeof(CacheOptions), "Cache", Memory()),
        new(typeof(ImageTransactionsOptions), "Transactions", Memory()),
        new(typeof(AlertOptions), "Alerts", Memory()),
        new(typeof(ResilienceOptions), $"{Main}Resilience", Memory()),
        new(typeof(HybridStorageOptions), "Providers:main", Of("Hybrid", ($"{Main}Catalog:Type", "InMemory"), ($"{Main}Content:Type", "InMemory"))),
        new(typeof(FileSystemStorageOptions), "Providers:main", Of("FileSystem", ($"{Main}Path", "images")), nameof(FileSystemStorageOptions.FileSystem)),
        new(typeof(LiteDbStorageOptions), "Providers:main", Of("LiteDb", ($"{Main}Path", "images.db"))),
        new(
            typeof(AzureBlobStorageOptions),
            "Providers:main",
            Of("AzureBlob", ($"{Main}ServiceUri", "https://account.blob.core.windows.net"), ($"{Main}Container", "images")),
            nameof(AzureBlobStorageOptions.Credential),
            nameof(AzureBlobStorageOptions.ContainerClient)),
    ];

    /// <summary>The options that have a setting: each with its path relative to the section, such as <c>Memory:SizeLimitBytes</c>.</summary>
    public IEnumerable<(string Path, IReadOnlyList<PropertyInfo> Properties)> Settings => SettingsOf(Type, []).Where(setting => !CodeOnly.Contains(setting.Path));

    /// <summary>The names of nested sections, and "" for the section itself.</summary>
    public IEnumerable<string> Sections => Settings.Select(setting => setting.Path.Contains(':', StringComparison.Ordinal) ? setting.Path[..setting.Path.LastIndexOf(':')] : "").Distinct();

    public object Read(IServiceProvider services, string name) =>
        typeof(OptionsSection).GetMethod(nameof(Get), BindingFlags.NonPublic | BindingFlags.Static)!.MakeGenericMethod(Type).Invoke(null, BindingFlags.DoNotWrapExceptions, null, [services, name], null)!;

    public override string ToString() => Type.Name;

    private static T Get<T>(IServiceProvider services, string name) => services.GetRequiredService<IOptionsMonitor<T>>().Get(name);

    private static IEnumerable<(string Path, IReadOnlyList<PropertyInfo> Properties)> SettingsOf(Type type, IReadOnlyList<PropertyInfo> above) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).SelectMany(property => IsNested(property)
            ? SettingsOf(property.PropertyType, [.. above, property])
            : property.SetMethod is { IsPublic: true } ? [(string.Join(':', above.Append(property).Select(part => part.Name)), [.. above, property])] : []);

    public static bool IsNested(PropertyInfo property) => property.PropertyType.IsClass && property.PropertyType.Namespace!.StartsWith(nameof(ImageStorage), StringComparison.Ordinal);

    private static Dictionary<string, string?> Memory(params (string Key, string? Value)[] settings) => Of("InMemory", settings);

    private static Dictionary<string, string?> Of(string type, params (string Key, string? Value)[] settings) =>
        new(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)).Prepend(KeyValuePair.Create<string, string?>($"{Main}Type", type)));
}
