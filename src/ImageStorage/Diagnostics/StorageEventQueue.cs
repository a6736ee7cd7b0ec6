using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Diagnostics;

/// <summary>
/// Delivers events to handlers one after the other, on a loop of its own that starts with the first event.
/// </summary>
/// <remarks>
/// Without a handler, publishing costs one volatile read. Listeners are created late: a listener may depend on the
/// store, and the store depends on this queue.
/// </remarks>
internal sealed class StorageEventQueue : IStorageEvents, IStorageEventSink, IAsyncDisposable, IDisposable
{
    private const int Capacity = 1024;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private readonly Lazy<IReadOnlyList<IStorageEventListener>> _listeners;
    private readonly ILogger _logger;
    private readonly TimeProvider _clock;
    private Channel<StorageEvent>? _channel;
    private Subscription[] _subscriptions = [];
    private Task _loop = Task.CompletedTask;
    private long _dropped;
    private bool _hasListeners;
    private bool _isClosed;
    private volatile bool _isEnabled;
    private volatile bool _isAbandoned;

    public StorageEventQueue(IReadOnlyList<IStorageEventListener> listeners, ILogger logger)
        : this(() => listeners, listeners.Count > 0, logger, TimeProvider.System)
    {
    }

    /// <param name="createListeners">Creates the listeners; called once.</param>
    /// <param name="hasListeners">False if there are no listeners.</param>
    /// <param name="logger">The log.</param>
    /// <param name="clock">Measures the time limit of the disposal.</param>
    public StorageEventQueue(Func<IReadOnlyList<IStorageEventListener>> createListeners, bool hasListeners, ILogger logger, TimeProvider clock)
    {
        (_listeners, _hasListeners, _logger, _clock) = (new(createListeners), hasListeners, logger, clock);
        _isEnabled = hasListeners;
    }

    /// <summary>Gets the time in which a disposal delivers the queued events.</summary>
    public static TimeSpan DisposeTimeout { get; } = TimeSpan.FromSeconds(5);

    public bool IsEnabled => _isEnabled;

    /// <summary>Creates the listeners now, so that a failure of their creation reaches the caller.</summary>
    public void CreateListeners()
    {
        if (_hasListeners)
        {
            _ = _listeners.Value;
        }
    }

    public IDisposable Subscribe(Action<StorageEvent> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(new Subscription(this, NameOf(handler), occurred =>
        {
            handler(occurred);
            return Task.CompletedTask;
        }));
    }

    public IDisposable Subscribe(Func<StorageEvent, Task> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Add(new Subscription(this, NameOf(handler), handler));
    }

    public void Publish(StorageEvent occurred)
    {
        ArgumentNullException.ThrowIfNull(occurred);
        if (_isEnabled)
        {
            (Volatile.Read(ref _channel) ?? Start())?.Writer.TryWrite(occurred);
        }
    }

    /// <summary>
    /// Ends the loop after the queued events have been delivered, but at the latest after
    /// <see cref="DisposeTimeout"/>. Handlers receive a cancelled token.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            UpdateIsEnabledLocked();
            _channel?.Writer.Complete();
        }

        try
        {
            await Task.WhenAll(GuardAsync("the cancellation of a handler", _closing.CancelAsync), _loop).WaitAsync(DisposeTimeout, _clock).ConfigureAwait(false);
            _closing.Dispose();
        }
        catch (TimeoutException)
        {
            // A handler that never ends must not keep the application from ending.
            _isAbandoned = true;
            Log.EventHandlerBlocked(_logger, DisposeTimeout.TotalSeconds, _channel?.Reader.Count ?? 0);
        }
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private Channel<StorageEvent>? Start()
    {
        lock (_gate)
        {
            if (_channel is null && !_isClosed)
            {
                _channel = Channel.CreateBounded<StorageEvent>(
                    new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
                    _ => CountDropped());
                _loop = RunAsync(_channel.Reader, _closing.Token);
            }

            return _channel;
        }
    }

    private async Task RunAsync(ChannelReader<StorageEvent> reader, CancellationToken closing)
    {
        // Do not run on the time of the operation that published the first event.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var listeners = await CreateListenersAsync().ConfigureAwait(false);
        await foreach (var occurred in reader.ReadAllAsync(CancellationToken.None).ConfigureAwait(false))
        {
            if (_isAbandoned)
            {
                return;
            }

            await DeliverAsync(occurred, listeners, closing).ConfigureAwait(false);
            if (reader.Count == 0)
            {
                ReportDropped();
            }
        }
    }

    private async Task DeliverAsync(StorageEvent occurred, IReadOnlyList<IStorageEventListener> listeners, CancellationToken closing)
    {
        foreach (var listener in listeners)
        {
            await GuardAsync(listener.GetType().ToString(), () => listener.HandleAsync(occurred, closing)).ConfigureAwait(false);
        }

        foreach (var subscription in Volatile.Read(ref _subscriptions))
        {
            await GuardAsync(subscription.Name, () => subscription.Handle(occurred)).ConfigureAwait(false);
        }
    }

    private async Task<IReadOnlyList<IStorageEventListener>> CreateListenersAsync()
    {
        IReadOnlyList<IStorageEventListener> listeners = [];
        await GuardAsync("the creation of the listeners", () =>
        {
            listeners = _hasListeners ? _listeners.Value : [];
            return Task.CompletedTask;
        }).ConfigureAwait(false);
        lock (_gate)
        {
            _hasListeners = listeners.Count > 0;
            UpdateIsEnabledLocked();
        }

        return listeners;
    }

    private async Task GuardAsync(string handler, Func<Task> handle)
    {
        try
        {
            await handle().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The boundary to the application's code: an exception must not end the loop or fail an operation.
            if (NamesKeys(exception))
            {
                Log.EventHandlerMetFailure(_logger, handler, exception.GetType().Name);
                Log.EventHandlerFailedWith(_logger, exception);
            }
            else
            {
                Log.EventHandlerFailed(_logger, exception, handler);
            }
        }
    }

    private static bool NamesKeys(Exception exception) => exception is ImageStorageException
        || (exception is AggregateException several ? several.InnerExceptions.Any(NamesKeys) : exception.InnerException is { } inner && NamesKeys(inner));

    // The name of a lambda's type is that of the type around the lambda.
    private static string NameOf(Delegate handler) => DiagnosticMethodInfo.Create(handler)?.DeclaringTypeName?.Split("+<")[0] ?? "a subscription";

    private Subscription Add(Subscription subscription)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, typeof(IStorageEvents));
            _subscriptions = [.. _subscriptions, subscription];
            UpdateIsEnabledLocked();
        }

        return subscription;
    }

    // Many events may be dropped in a short time, so a publisher logs only the first of them. The loop logs the number
    // when the queue is empty again.
    private void CountDropped()
    {
        if (Interlocked.Increment(ref _dropped) == 1)
        {
            Log.EventQueueFull(_logger, Capacity);
        }
    }

    private void ReportDropped()
    {
        if (Interlocked.Exchange(ref _dropped, 0) is > 0 and var dropped)
        {
            Log.EventsDropped(_logger, dropped);
        }
    }

    private void UpdateIsEnabledLocked() => _isEnabled = !_isClosed && (_hasListeners || _subscriptions.Length > 0);

    private sealed class Subscription(StorageEventQueue queue, string name, Func<StorageEvent, Task> handle) : IDisposable
    {
        public string Name => name;

        public Task Handle(StorageEvent occurred) => handle(occurred);

        public void Dispose()
        {
            lock (queue._gate)
            {
                queue._subscriptions = [.. queue._subscriptions.Where(other => other != this)];
                queue.UpdateIsEnabledLocked();
            }
        }
    }
}
