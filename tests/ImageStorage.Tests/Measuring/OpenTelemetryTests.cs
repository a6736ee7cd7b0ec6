using ImageStorage.Diagnostics.Measuring;
using ImageStorage.Testing;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace ImageStorage.Tests.Measuring;

/// <summary>OpenTelemetry exports the counts that the report has, in the buckets that the instruments advise.</summary>
public class OpenTelemetryTests
{
    [Test]
    public async Task Exporter_sees_the_counts_of_the_report()
    {
        var store = $"store-{Guid.NewGuid():N}";
        var metrics = new List<Metric>();
        using var meters = Sdk.CreateMeterProviderBuilder().AddMeter(StorageInstruments.SourceName).AddInMemoryExporter(metrics).Build();
        await using var services = new ServiceCollection().AddImageStorage(store).UseInMemory().Services.BuildServiceProvider();
        var images = services.GetRequiredKeyedService<IImageStorage>(store);
        for (var number = 0; number < 50; number++)
        {
            await images.SaveBytesAsync($"{number}.png", SampleImages.Png());
            await images.GetBytesAsync(number % 2 == 0 ? $"{number}.png" : "missing.png");
        }

        meters.ForceFlush();
        // Other tests have meters of the same name.
        var exported = new Dictionary<(string Operation, string Outcome), long>();
        var bounds = new List<double>();
        foreach (var metric in metrics.Where(metric => metric.Name == "imagestorage.operation.duration"))
        {
            AddPoints(metric, store, exported, bounds);
        }

        var report = services.GetRequiredKeyedService<IStorageAnalytics>(store).GetReport();
        Assert.That(exported, Is.EquivalentTo(report.Operations.SelectMany(operation => operation.Outcomes.Select(outcome => KeyValuePair.Create((operation.Operation, OutcomeRules.NameOf(outcome.Key)), outcome.Value)))));
        Assert.That(exported, Has.Count.EqualTo(3));
        Assert.That((bounds[0], bounds[^2]), Is.EqualTo((0.00005, 10d)));
    }

    private static void AddPoints(Metric metric, string store, Dictionary<(string Operation, string Outcome), long> exported, List<double> bounds)
    {
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var tags = new Dictionary<string, string>();
            foreach (var (name, value) in point.Tags)
            {
                tags[name] = $"{value}";
            }

            if (tags["store"] == store)
            {
                exported[(tags["operation"], tags["outcome"])] = point.GetHistogramCount();
                bounds.Clear();
                foreach (var bucket in point.GetHistogramBuckets())
                {
                    bounds.Add(bucket.ExplicitBound);
                }
            }
        }
    }
}
