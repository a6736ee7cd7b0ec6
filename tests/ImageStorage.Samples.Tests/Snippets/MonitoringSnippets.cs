using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace ImageStorage.Samples.Tests.Snippets;

/// <summary>The code of docs/guide/monitoring.md.</summary>
internal sealed class MonitoringSnippets
{
    [Test]
    public async Task Report_and_own_operations()
    {
        var services = new ServiceCollection();
        services.AddImageStorage().UseInMemory();
        await using var provider = services.BuildServiceProvider();
        var analytics = provider.GetRequiredService<IStorageAnalytics>();
        await provider.GetRequiredService<IImageStorage>().GetInfoAsync("missing.png");
        await RecordAsync(analytics);

        Print(analytics);

        Assert.That(analytics.GetReport().Operations.Select(operation => operation.Operation), Is.EqualTo(new[] { "get_info", "thumbnail" }));
    }

    [Test]
    public void Alerts_are_configured()
    {
        using var folder = new TemporaryCurrentFolder();
        var (services, token) = (new ServiceCollection(), "token");

        services.AddImageStorage()
            .UseFileSystem("data/images")
            .WithAlerts(alerts =>
            {
                alerts.ErrorRate = 0.02;
                alerts.P95 = TimeSpan.FromSeconds(1);
                alerts.Add<NightlyImportRule>();
                alerts.PostTo(new Uri("https://monitoring.example.com/alerts"), request => request.Headers.Authorization = new("Bearer", token));
            });

        using var provider = services.BuildServiceProvider();
        Assert.That(provider.GetRequiredService<IImageStorage>(), Is.Not.Null);
    }

    [Test]
    public async Task Handler_sends_critical_alerts_only()
    {
        var mailer = new Mailer();
        var handler = new MailAlerts(mailer);
        var alert = new StorageAlert { Id = "1", Rule = "rule", Severity = AlertSeverity.Warning, Store = "default", Message = "Wrong.", Remedy = "Act.", RaisedAt = DateTimeOffset.UnixEpoch };

        await handler.HandleAsync(alert);
        await handler.HandleAsync(alert with { Severity = AlertSeverity.Critical });

        Assert.That(mailer.Sent, Is.EqualTo(new[] { "default: Wrong. Act." }));
    }

    private static void Print(IStorageAnalytics analytics)
    {
        StorageReport report = analytics.GetReport(TimeSpan.FromHours(1));
        Console.WriteLine($"{report.Count} operations, {report.ErrorRate:P1} errors");
        foreach (var operation in report.Operations)
        {
            Console.WriteLine($"{operation.Operation}: {operation.Count}, p95 {operation.P95?.TotalMilliseconds:0.00} ms");
        }
    }

    private static async Task RecordAsync(IStorageAnalytics analytics)
    {
        var started = Stopwatch.GetTimestamp();
        await CreateThumbnailAsync();
        analytics.Record("thumbnail", Stopwatch.GetElapsedTime(started));
    }

    private static Task CreateThumbnailAsync() => Task.CompletedTask;

    private sealed class Mailer : IMailer
    {
        public List<string> Sent { get; } = [];

        public Task SendAsync(string text, CancellationToken cancellationToken)
        {
            Sent.Add(text);
            return Task.CompletedTask;
        }
    }
}
