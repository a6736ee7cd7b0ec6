using System.Collections.Concurrent;
using System.Text.Json;
using ImageStorage.Analytics;
using ImageStorage.Tests.Instrumentation;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace ImageStorage.Tests.Analytics;

/// <summary>Alerts reach a monitoring service, and a service that fails or hangs harms nothing.</summary>
[FixtureLifeCycle(LifeCycle.InstancePerTestCase)]
public sealed class AlertPosterTests : IAsyncDisposable
{
    private const string Secret = "token-1234";

    private readonly ConcurrentQueue<string> _posted = new();
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly AdvancingClock _clock = new();
    private readonly RecordingLogger _logger = new();
    private Func<HttpContext, int, Task> _answer = (_, _) => Task.CompletedTask;
    private int _requests;
    private WebApplication _service = null!;
    private AlertPoster _poster = null!;

    [SetUp]
    public async Task StartService()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        _service = builder.Build();
        _service.Run(ReceiveAsync);
        await _service.StartAsync();
        var address = new Uri($"{_service.Urls.Single()}/alerts?{Secret}");
        _poster = new AlertPoster(new AlertTarget(address, request => request.Headers.Add("Authorization", "Bearer me")), _clock, _logger);
    }

    public async ValueTask DisposeAsync()
    {
        await _poster.DisposeAsync();
        await _service.DisposeAsync();
        _arrived.Dispose();
    }

    [Test]
    public async Task Alert_is_posted_as_json_with_the_headers_of_the_application()
    {
        string? authorization = null;
        _answer = (context, _) =>
        {
            authorization = context.Request.Headers.Authorization;
            return Task.CompletedTask;
        };

        await _poster.HandleAsync(AlertOf(1));
        await _arrived.WaitAsync(TimeSpan.FromSeconds(30));

        var json = JsonDocument.Parse(_posted.Single()).RootElement;
        Assert.That(json.EnumerateObject().Select(property => property.Name), Is.EqualTo(new[] { "id", "rule", "severity", "store", "part", "message", "remedy", "raisedAt", "resolvedAt" }));
        Assert.That((json.GetProperty("id").GetString(), json.GetProperty("severity").GetString(), authorization), Is.EqualTo(("default/error-rate/1", "critical", "Bearer me")));
    }

    [TestCase(503, 3)]
    [TestCase(429, 3)]
    [TestCase(400, 1)]
    [TestCase(302, 1)]
    public async Task Failure_is_repeated_if_it_may_pass_and_is_logged_without_the_address(int status, int attempts)
    {
        _answer = (context, number) =>
        {
            context.Response.StatusCode = number <= attempts ? status : 200;
            return Task.CompletedTask;
        };

        await _poster.HandleAsync(AlertOf(1));
        await _poster.HandleAsync(AlertOf(2));
        for (var arrival = 0; arrival < attempts + 1; arrival++)
        {
            await _arrived.WaitAsync(TimeSpan.FromSeconds(30));
        }

        Assert.That(_posted.Select(posted => posted.Contains("error-rate/2")), Is.EqualTo(Enumerable.Repeat(false, attempts).Append(true)), "The next alert is posted.");
        var warning = _logger.Entries.Single(entry => entry.Level == LogLevel.Warning);
        Assert.That(warning.Text, Does.Contain("127.0.0.1").And.Contain($"{status}").And.Not.Contain(Secret));
    }

    // A service that never answers: the queue is bounded, the newest alerts stay, and the handler never waits.
    [Test]
    public async Task Hanging_service_bounds_the_queue()
    {
        var open = new TaskCompletionSource();
        _answer = (context, number) => number == 1 ? open.Task.WaitAsync(context.RequestAborted) : Task.CompletedTask;
        await _poster.HandleAsync(AlertOf(0));
        while (Volatile.Read(ref _requests) == 0)
        {
            await Task.Yield();
        }

        for (var number = 1; number <= 300; number++)
        {
            Assert.That(_poster.HandleAsync(AlertOf(number)).IsCompletedSuccessfully);
        }

        open.SetResult();
        for (var arrival = 0; arrival < 101; arrival++)
        {
            await _arrived.WaitAsync(TimeSpan.FromSeconds(30));
        }

        await _poster.DisposeAsync();
        Assert.That(_posted, Has.Count.EqualTo(101));
        Assert.That(_posted.Last(), Does.Contain("error-rate/300"));
        Assert.That(_logger.Entries.Single(entry => entry.Id.Id == 145).Text, Does.Contain("200"));
    }

    [Test]
    public async Task Disposal_waits_for_the_queue_and_not_for_a_service_that_hangs()
    {
        _answer = (context, _) => new TaskCompletionSource().Task.WaitAsync(context.RequestAborted);
        await _poster.HandleAsync(AlertOf(1));
        while (Volatile.Read(ref _requests) == 0)
        {
            await Task.Yield();
        }

        var disposing = _poster.DisposeAsync().AsTask();
        _clock.Advance(TimeSpan.FromSeconds(5));

        await disposing.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.That(_posted, Is.Empty);
    }

    private static StorageAlert AlertOf(int number) => new()
    {
        Id = $"default/error-rate/{number}",
        Rule = "error-rate",
        Severity = AlertSeverity.Critical,
        Store = "default",
        Message = "Operations fail.",
        Remedy = "See the log.",
        RaisedAt = DateTimeOffset.UnixEpoch,
    };

    private async Task ReceiveAsync(HttpContext context)
    {
        var number = Interlocked.Increment(ref _requests);
        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        await _answer(context, number);
        _posted.Enqueue(body);
        _arrived.Release();
    }

    /// <summary>A clock whose short pauses, those between two attempts, pass at once.</summary>
    private sealed class AdvancingClock : FakeTimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, dueTime > TimeSpan.Zero && dueTime < TimeSpan.FromSeconds(4.9) ? TimeSpan.Zero : dueTime, period);
    }
}
