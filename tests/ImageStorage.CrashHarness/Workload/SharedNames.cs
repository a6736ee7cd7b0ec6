using System.Globalization;

namespace ImageStorage.CrashHarness.Workload;

/// <summary>The names of the items of the writers.</summary>
internal static class SharedNames
{
    /// <summary>The image and the document with the marks of all writers.</summary>
    public const string MarkedImage = "shared/marked.png";
    public const string CountDocument = "crash-shared/count";

    /// <summary>The collection of the writers' own documents.</summary>
    public const string Documents = "crash/";

    /// <summary>The prefix of the keys for which workers race.</summary>
    public const string Races = "race/";

    public static string RaceKey(int round, int number) => string.Create(CultureInfo.InvariantCulture, $"{Races}{round}/{number}.png");

    public static string FrontOf(int writer) => string.Create(CultureInfo.InvariantCulture, $"w{writer}/");

    /// <summary>Returns the name of a writer's mark in metadata and documents.</summary>
    public static string MarkOf(int writer) => string.Create(CultureInfo.InvariantCulture, $"writer{writer}");

    /// <summary>
    /// Returns the keys of a writer: flat and deep, with and without an extension, long, and in other scripts.
    /// </summary>
    public static IReadOnlyList<string> KeysOf(int writer) =>
    [
        .. Enumerable.Range(0, 8).Select(i => string.Create(CultureInfo.InvariantCulture, $"{FrontOf(writer)}{i}.png")),
        $"{FrontOf(writer)}no-extension",
        $"{FrontOf(writer)}deep/er/and/deep/er/still.png",
        $"{FrontOf(writer)}{new string('L', 150)}.png",
        $"{FrontOf(writer)}Ünïcødé-写真.png",
    ];

    public static IReadOnlyList<string> DocumentsOf(int writer) => [.. Enumerable.Range(0, 5).Select(i => string.Create(CultureInfo.InvariantCulture, $"{Documents}w{writer}/{i}.json"))];
}
