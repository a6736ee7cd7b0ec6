using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImageStorage.Tests.Architecture;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageStorage.Configuration.Tests;

/// <summary>The documentation of settings says what the code does.</summary>
public sealed partial class DocumentationTests
{
    private static IEnumerable<OptionsSection> Sections() => OptionsSection.All;

    private static IEnumerable<TestCaseData> Examples() => Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
        .Append(Path.Combine(Repository.Root, "README.md"))
        .Order(StringComparer.Ordinal)
        .SelectMany(path => JsonBlock().Matches(File.ReadAllText(path)).Select(match => match.Groups[1].Value).Where(text => text.Contains("\"Providers\"", StringComparison.Ordinal))
            .Select((text, index) => new TestCaseData(text).SetArgDisplayNames($"{Path.GetFileName(path)} {index + 1}")));

    [TestCaseSource(nameof(Sections))]
    public void Table_has_every_setting_with_its_default(OptionsSection section)
    {
        var text = Repository.Read("docs/guide/settings.md").ReplaceLineEndings("\n");
        var start = text.IndexOf($"\n### `{section.Type.Name}`\n", StringComparison.Ordinal);
        Assert.That(start, Is.Not.Negative, $"docs/guide/settings.md has no heading for {section.Type.Name}.");
        var table = text[(start + 1)..].Split("\n#")[0];
        var rows = Row().Matches(table).ToDictionary(match => match.Groups[1].Value, match => match.Groups[2].Value);
        var defaults = Activator.CreateInstance(section.Type)!;

        Assert.That(rows, Is.EquivalentTo(section.Settings.Select(setting => KeyValuePair.Create(setting.Path, Format(section, setting.Path, setting.Properties.Aggregate((object?)defaults, (value, property) => property.GetValue(value)))))));
    }

    [TestCaseSource(nameof(Examples))]
    public void Example_is_a_configuration_that_starts(string json)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(Flatten(JsonDocument.Parse(json).RootElement, "")).Build();
        var root = configuration.GetSection("ImageStorage");
        var services = new ServiceCollection().AddMemoryCache().AddDistributedMemoryCache();
        foreach (var store in root.GetSection("Providers").Exists() ? [root] : root.GetChildren())
        {
            services.AddImageStorage(store.Key.ToUpperInvariant(), store).AddAllTypes();
        }

        using var container = services.BuildServiceProvider();

        Assert.That(container.GetKeyedServices<IImageStorage>(KeyedService.AnyKey).Count(), Is.Not.Zero, "Each store can be made.");
        Assert.That(container.GetRequiredService<IStartupValidator>().Validate, Throws.Nothing);
    }

    [Test]
    public void Examples_are_found() => Assert.That(Examples().Count(), Is.GreaterThanOrEqualTo(4));

    private static string Format(OptionsSection section, string path, object? value) => value switch
    {
        null => "–",
        "" => section.Store.ContainsKey($"{section.Path}:{path}") ? "required" : "empty",
        bool truth => truth ? "`true`" : "`false`",
        TimeSpan time => $"`{time.ToString("c", CultureInfo.InvariantCulture)}`",
        _ => string.Create(CultureInfo.InvariantCulture, $"`{value}`"),
    };

    private static IEnumerable<KeyValuePair<string, string?>> Flatten(JsonElement element, string path) => element.ValueKind switch
    {
        JsonValueKind.Object when !element.EnumerateObject().Any() => [new(path, null)],
        JsonValueKind.Object => element.EnumerateObject().SelectMany(property => Flatten(property.Value, path.Length == 0 ? property.Name : $"{path}:{property.Name}")),
        JsonValueKind.Array => element.EnumerateArray().SelectMany((item, index) => Flatten(item, $"{path}:{index}")),
        _ => [new(path, element.ToString())],
    };

    [GeneratedRegex(@"```json\r?\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex JsonBlock();

    [GeneratedRegex(@"^\| `([A-Za-z0-9:]+)` \| [^|]+ \| ([^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
