using System.Collections;
using System.Reflection;

namespace ImageStorage.Configuration.Tests;

/// <summary>What to write for an option, and what must come of it.</summary>
/// <param name="Text">A valid text that is not the default.</param>
/// <param name="Value">The value of the option for that text.</param>
/// <param name="Wrong">Texts that are refused with the name of the setting and the text.</param>
/// <param name="EmptyIsValid">Whether an empty text is the default.</param>
/// <param name="Key">What stands after the name of the setting, for the elements of lists.</param>
/// <param name="Without">A setting that must be absent beside this one.</param>
public sealed record Sample(string Text, object Value, string[] Wrong, bool EmptyIsValid = false, string Key = "", string? Without = null)
{
    private static readonly string[] NoTimes = ["45", "3600", "24:00:00", "00:45", "soon", "1:2"];
    private static readonly string[] NoNumbers = ["many", "1.5", "0x10", "99999999999999999999"];

    /// <summary>The one folder that a test makes.</summary>
    public static string CacheFolder { get; } = Path.Join(Path.GetTempPath(), $"imagestorage-configuration-{Environment.ProcessId}");

    // Where the range of an option, or another option, excludes the general sample.
    private static readonly Dictionary<string, Sample> Special = new()
    {
        ["ResilienceOptions.AttemptTimeout"] = Time(7),
        ["AzureBlobStorageOptions.RetryDelay"] = Time(3),
        ["AlertOptions.Window"] = Time(120),
        ["HybridStorageOptions.OrphanGrace"] = Time(120),
        ["CacheOptions.RevalidateAfter"] = Time(45) with { Wrong = [.. NoTimes, "none"] },
        ["AzureBlobStorageOptions.BlockLength"] = Number(262_144),
        ["LiteDbStorageOptions.ChunkBytes"] = Number(8_192),
        ["ImageStorageOptions.Validation:MaxHeaderLength"] = Number(8_192),
        ["FailoverOptions.ReplaceChain"] = Words("0123456789abcdef0123456789abcdef", "something", "{01234567-89ab-cdef-0123-456789abcdef}"),
        ["CacheOptions.Disk:Path"] = Words(CacheFolder, "some\nthing"),
        ["AzureBlobStorageOptions.Container"] = Words("pictures", "Pictures", "images\n", "a"),
        ["AzureBlobStorageOptions.Prefix"] = Words("live", "live\n", "/live", "a//b") with { EmptyIsValid = true },
        ["AzureBlobStorageOptions.AccessTier"] = new("cool", Azure.Storage.Blobs.Models.AccessTier.Cool, ["Lukewarm", "Archive"]),
        ["AzureBlobStorageOptions.ServiceUri"] = new("https://other.blob.core.windows.net", new Uri("https://other.blob.core.windows.net"), ["other", "/other", "http://other"]),
        ["AzureBlobStorageOptions.ConnectionString"] = Words("UseDevelopmentStorage=true") with { Without = "ServiceUri" },
        ["ImageStorageOptions.Validation:AllowedContentTypes"] = new("image/png", new[] { "image/png" }, ["image/nothing"], Key: ":0"),
    };

    /// <summary>Whether the general sample of the type does.</summary>
    public static bool IsPlain(OptionsSection section, string path) => !Special.ContainsKey($"{section.Type.Name}.{path}");

    public static Sample Of(OptionsSection section, string path, PropertyInfo property, object? byDefault)
    {
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        return Special.TryGetValue($"{section.Type.Name}.{path}", out var special) ? special
            : type == typeof(TimeSpan) ? Time(45)
            : type == typeof(int) ? Number(5)
            : type == typeof(long) ? new("2000000", 2_000_000L, NoNumbers)
            : type == typeof(double) ? new("0.25", 0.25, ["half", "0,5"])
            : type == typeof(bool) ? new(((bool)byDefault! ? "false" : "True"), !(bool)byDefault, ["yes", "1"])
            : type.IsEnum ? Choice(type, byDefault!)
            : type == typeof(string) ? Words("something", "some\nthing")
            : throw new AssertionException($"{section.Type.Name}.{path} has the type {type.Name}, for which the test has no sample: add one.");
    }

    /// <summary>Compares by content.</summary>
    public bool Matches(object? actual) => Value is IEnumerable list and not string ? actual is IEnumerable other && list.Cast<object>().SequenceEqual(other.Cast<object>()) : Equals(Value, actual);

    private static Sample Time(int seconds) => new(TimeSpan.FromSeconds(seconds).ToString("c"), TimeSpan.FromSeconds(seconds), NoTimes);

    private static Sample Number(int value) => new($"{value}", value, NoNumbers);

    private static Sample Words(string value, params string[] wrong) => new(value, value, wrong);

    private static Sample Choice(Type type, object byDefault)
    {
        var other = Enum.GetValues(type).Cast<object>().First(value => !value.Equals(byDefault));
        return new(other.ToString()!.ToUpperInvariant(), other, ["1", "0", "Nothing"]);
    }
}
