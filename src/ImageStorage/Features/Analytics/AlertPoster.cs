using System.Net;
using System.Net.Http.Json;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace ImageStorage.Analytics;

/// <summary>
/// Posts alerts as JSON to one address, one after the other, on a loop of its own. The queue is bounded: the oldest alerts
/// are dropped, and an operation or another handler never waits.
/// </summary>
internal sealed class AlertPoster : IAlertHandler, IAsyncDisposable, IDisposable
{
    private const int Capacity = 100;
    private const int Attempts = 3;
    private static readonly TimeSpan AttemptTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly AlertTarget _target;
    private readonly HttpClient _client;
    private readonly ResiliencePipeline _attempts;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Channel<StorageAlert> _queue;
    private readonly CancellationTokenSource _closing = new();
    private readonly Lock _gate = new();
    private Task? _loop;
    private long _dropped;

    /// <summary>Creates a poster.</summary>
    /// <param name="target">The address.</param>
    /// <param name="clock">Measures pauses and time limits.</param>
    /// <param name="logger">The log.</param>
    public AlertPoster(AlertTarget target, TimeProvider clock, ILogger logger)
    {
        (_target, _clock, _logger) = (target, clock, logger);
        _client = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5), AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
        _attempts = new ResiliencePipelineBuilder { TimeProvider = clock }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = Attempts - 1,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromSeconds(1),
                ShouldHandle = args => ValueTask.FromResult(IsTransient(args.Outcome.Exception)),
            })
            .AddTimeout(AttemptTimeout)
            .Build();
        _queue = Channel.CreateBounded<StorageAlert>(
            new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, _ => Interlocked.Increment(ref _dropped));
    }

    public Task HandleAsync(StorageAlert alert, CancellationToken cancellationToken = default)
    {
        _queue.Writer.TryWrite(alert);
        lock (_gate)
        {
            _loop ??= RunAsync();
        }

        return Task.CompletedTask;
    }

    /// <summary>Posts the queued alerts, for at most 5 seconds.</summary>
    public async ValueTask DisposeAsync()
    {
        Task? loop;
        lock (_gate)
        {
            loop = _loop;
        }

        if (_queue.Writer.TryComplete() && loop is not null)
        {
            try
            {
                await loop.WaitAsync(CloseTimeout, _clock).ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                await _closing.CancelAsync().ConfigureAwait(false);
                await loop.ConfigureAwait(false);
            }
        }

        _client.Dispose();
        _closing.Dispose();
    }

    // A container that is disposed synchronously cannot await. The post in progress is cancelled, so the wait is short.
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    // A status of the client's side does not change when the request is repeated, except for a limit of requests.
    private static bool IsTransient(Exception? exception) =>
        exception is Polly.Timeout.TimeoutRejectedException or HttpRequestException { StatusCode: null or HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError };

    private async Task RunAsync()
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await foreach (var alert in _queue.Reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (_closing.IsCancellationRequested)
            {
                return;
            }

            await TryPostAsync(alert).ConfigureAwait(false);
            if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
            {
                Log.AlertsDropped(_logger, dropped, _target.Address.Host);
            }
        }
    }

    private async Task TryPostAsync(StorageAlert alert)
    {
        try
        {
            await _attempts.ExecuteAsync(async token => await PostAsync(alert, token).ConfigureAwait(false), _closing.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The boundary to the monitoring service and to the code that changes requests: the next alert is posted. The
            // message of the exception may contain the address, which may contain a secret.
            Log.PostFailed(_logger, alert.Rule, _target.Address.Host, exception is HttpRequestException { StatusCode: { } status } ? $"status {(int)status}" : exception.GetType().Name);
        }
    }

    private async Task PostAsync(StorageAlert alert, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, _target.Address) { Content = JsonContent.Create(alert, AlertMessages.Instance.StorageAlert) };
        _target.Configure?.Invoke(request);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken).ConfigureAwait(false);
        response.EnsureSuccessStatusCode();
    }
}
