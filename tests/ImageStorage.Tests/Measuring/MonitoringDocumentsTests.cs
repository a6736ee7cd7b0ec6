using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using System.Text.RegularExpressions;
using ImageStorage.Coordination.Jobs;
using ImageStorage.Diagnostics.Measuring;
using ImageStorage.Providers;
using ImageStorage.Testing;
using ImageStorage.Tests.Architecture;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Tests.Measuring;

/// <summary>The guide, the rules of Prometheus and the dashboard of Grafana name the instruments and tags that the code has.</summary>
public sealed partial class MonitoringDocumentsTests
{
    private const string Rules = "docs/guide/monitoring/prometheus-rules.yml";
    private const string Dashboard = "docs/guide/monitoring/grafana-dashboard.json";

    [Test]
    public void Guide_has_every_instrument()
    {
        var rows = InstrumentRow().Matches(Repository.Read("docs/guide/monitoring.md")).Select(match => string.Join('|', match.Groups.Values.Skip(1).Select(group => group.Value)));

        Assert.That(rows, Is.EqualTo(StorageInstruments.All.Select(instrument => $"{instrument.Name}|{instrument.Kind}|{instrument.Unit}|{string.Join(", ", instrument.Tags)}|{instrument.Description}")));
    }

    [Test]
    public void Guide_has_every_outcome()
    {
        var rows = OutcomeRow().Matches(Repository.Read("docs/guide/monitoring.md")).Select(match => (match.Groups[1].Value, match.Groups[2].Value == "yes"));

        Assert.That(rows, Is.EqualTo(Enum.GetValues<OperationOutcome>().Select(outcome => (OutcomeRules.NameOf(outcome), OutcomeRules.IsError(outcome)))));
    }

    // Each instrument of a real store, with exactly the tags that are declared.
    [Test]
    public async Task Store_publishes_the_instruments_with_their_tags()
    {
        var published = new ConcurrentDictionary<string, Instrument>();
        var tags = new ConcurrentDictionary<string, string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter is { Name: StorageInstruments.SourceName, Scope: Scope })
            {
                published[instrument.Name] = instrument;
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<double>((instrument, _, measured, _) => tags[instrument.Name] = NamesOf(measured));
        listener.SetMeasurementEventCallback<long>((instrument, _, measured, _) => tags[instrument.Name] = NamesOf(measured));
        listener.Start();
        await using var store = await ImageStore.OpenAsync(builder =>
        {
            builder.Services.AddSingleton<IMeterFactory, Scope>();
            builder.UseProvider("Full", _ => new FullProvider(new InMemoryImageProvider())).WithFallback(fallback => fallback.UseInMemory()).WithCache();
        });
        await store.Images.SaveBytesAsync("a.png", SampleImages.Png());
        await store.Images.GetBytesAsync("a.png");
        var monitor = store.GetRequiredService<IServiceProvider>().GetRequiredKeyedService<ImageStorage.Analytics.StorageMonitor>("");
        await monitor.ObserveAsync(CancellationToken.None);
        await monitor.Wake();
        var job = store.GetRequiredService<IServiceProvider>().GetRequiredKeyedService<JobRunner>("").RunAsync(new JobRequest
        {
            Kind = "scrub",
            Work = async (context, token) =>
            {
                context.Count("images");
                await context.CheckpointAsync("a", token);
                listener.RecordObservableInstruments();
            },
        });
        await job;

        Assert.That(published.Values.Select(instrument => $"{instrument.Name} {KindOf(instrument)} {instrument.Unit} {instrument.Description}"),
            Is.EquivalentTo(StorageInstruments.All.Select(instrument => $"{instrument.Name} {instrument.Kind} {instrument.Unit} {instrument.Description}")));
        Assert.That(tags, Is.EquivalentTo(StorageInstruments.All.Select(instrument => KeyValuePair.Create(instrument.Name, string.Join(", ", instrument.Tags)))));
    }

    [TestCase(Rules)]
    [TestCase(Dashboard)]
    public void Expressions_name_metrics_and_tags_that_exist(string path)
    {
        var known = StorageInstruments.All.SelectMany(instrument => MetricsOf(instrument).Select(metric => (Metric: metric, Tags: instrument.Tags.Append("le").ToArray()))).ToDictionary(metric => metric.Metric, metric => metric.Tags);
        var expressions = ExpressionsOf(path).ToList();

        Assert.That(expressions, Has.Count.GreaterThanOrEqualTo(8));
        foreach (var expression in expressions)
        {
            var metrics = Metric().Matches(expression).Select(match => match.Value).Distinct().ToList();
            Assert.That(metrics, Is.Not.Empty, expression);
            Assert.That(metrics, Is.SubsetOf(known.Keys), expression);
            var labels = Selector().Matches(expression).SelectMany(match => Label().Matches(match.Groups[1].Value).Select(label => label.Groups[1].Value))
                .Concat(Grouping().Matches(expression).SelectMany(match => match.Groups[1].Value.Split(", "))).Distinct();
            Assert.That(labels, Is.SubsetOf(metrics.SelectMany(metric => known[metric]).Distinct()), expression);
        }
    }

    [Test]
    public void Dashboard_shows_every_instrument()
    {
        var shown = ExpressionsOf(Dashboard).SelectMany(expression => Metric().Matches(expression).Select(match => match.Value)).ToHashSet();

        Assert.That(StorageInstruments.All.Where(instrument => !MetricsOf(instrument).Any(shown.Contains)).Select(instrument => instrument.Name), Is.Empty);
    }

    [Test]
    public void Dashboard_is_a_grid_without_overlaps()
    {
        var panels = JsonDocument.Parse(Repository.Read(Dashboard)).RootElement.GetProperty("panels").EnumerateArray().Select(panel => panel.GetProperty("gridPos")).ToList();
        var cells = panels.SelectMany(grid => from x in Enumerable.Range(Of(grid, "x"), Of(grid, "w")) from y in Enumerable.Range(Of(grid, "y"), Of(grid, "h")) select (x, y)).ToList();

        Assert.That(cells, Is.Unique);
        Assert.That(cells.Select(cell => cell.x), Has.All.InRange(0, 23));

        static int Of(JsonElement grid, string name) => grid.GetProperty(name).GetInt32();
    }

    // A pattern such as outcome=~"full|error" names outcomes that exist.
    [TestCase(Rules)]
    [TestCase(Dashboard)]
    public void Outcomes_of_expressions_exist(string path)
    {
        var known = Enum.GetValues<OperationOutcome>().Select(OutcomeRules.NameOf).Concat(["hit", "miss"]);

        Assert.That(ExpressionsOf(path).SelectMany(expression => OutcomeValue().Matches(expression).SelectMany(match => match.Groups[1].Value.Split('|'))).Distinct(), Is.SubsetOf(known));
    }

    /// <summary>Returns the names that the Prometheus exporter of OpenTelemetry makes of an instrument.</summary>
    private static IEnumerable<string> MetricsOf(InstrumentDescription instrument)
    {
        var unit = instrument.Unit switch
        {
            "s" => "_seconds",
            "By" when !instrument.Name.EndsWith("bytes", StringComparison.Ordinal) => "_bytes",
            _ => string.Empty,
        };
        var name = instrument.Name.Replace('.', '_') + unit;
        return instrument.Kind switch
        {
            "histogram" => [$"{name}_bucket", $"{name}_sum", $"{name}_count"],
            "counter" => [$"{name}_total"],
            _ => [name],
        };
    }

    private static IEnumerable<string> ExpressionsOf(string path) => path.EndsWith(".json", StringComparison.Ordinal)
        ? JsonDocument.Parse(Repository.Read(path)).RootElement.GetProperty("panels").EnumerateArray()
            .SelectMany(panel => panel.GetProperty("targets").EnumerateArray()).Select(target => target.GetProperty("expr").GetString()!)
        : Expression().Matches(Repository.Read(path)).Select(match => match.Groups[1].Value);

    private static string KindOf(Instrument instrument) => instrument.GetType().Name.Split('`')[0] switch
    {
        "Histogram" => "histogram",
        "ObservableCounter" => "counter",
        "ObservableUpDownCounter" => "up-down counter",
        "ObservableGauge" => "gauge",
        var other => other,
    };

    private static string NamesOf(ReadOnlySpan<KeyValuePair<string, object?>> tags) => string.Join(", ", tags.ToArray().Select(tag => tag.Key));

    [GeneratedRegex(@"^\| `(imagestorage\.[a-z.]+)` \| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|", RegexOptions.Multiline)]
    private static partial Regex InstrumentRow();

    [GeneratedRegex(@"^\| `([a-z_]+)` \| [^|]+ \| (yes)?\s*\|\r?$", RegexOptions.Multiline)]
    private static partial Regex OutcomeRow();

    [GeneratedRegex(@"^\s+expr: (.*?)\r?$", RegexOptions.Multiline)]
    private static partial Regex Expression();

    [GeneratedRegex("imagestorage_[a-z_]+")]
    private static partial Regex Metric();

    [GeneratedRegex(@"\{([^}]*)\}")]
    private static partial Regex Selector();

    [GeneratedRegex("([a-z_]+)[=!]")]
    private static partial Regex Label();

    [GeneratedRegex(@"by \(([^)]*)\)")]
    private static partial Regex Grouping();

    [GeneratedRegex("outcome[=!]~?\"([^\"]*)\"")]
    private static partial Regex OutcomeValue();

    /// <summary>Creates meters that no other test has.</summary>
    private sealed class Scope : IMeterFactory
    {
        private Meter? _meter;

        public Meter Create(MeterOptions options) => _meter ??= new Meter(new MeterOptions(options.Name) { Version = options.Version, Scope = this });

        public void Dispose() => _meter?.Dispose();
    }

    /// <summary>A provider on a medium that is almost full.</summary>
    private sealed class FullProvider(IImageProvider inner) : DelegatingImageProvider(inner), IStorageSpace
    {
        public Task<long?> GetAvailableBytesAsync(CancellationToken cancellationToken = default) => Task.FromResult<long?>(1);

        public Task<long?> GetTotalBytesAsync(CancellationToken cancellationToken = default) => Task.FromResult<long?>(1000);
    }
}
