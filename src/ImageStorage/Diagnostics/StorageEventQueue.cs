using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace ImageStorage.Diagnostics;

/// <summary>
/// Delivers events to handlers one after the other, on a loop of its own that starts with the first event.
/// </summary>
internal sealed class StorageEventQueue(IReadOnlyList<IStorageEventListener> handlers, ILogger logger) : IStorageEvents, IAsyncDisposable, IDisposable
{
    private const int Capacity = 1024;

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _closing = new();
    private Channel<StorageEvent>? _channel;
    private Action<StorageEvent>[] _subscribers = [];
    private Task _loop = Task.CompletedTask;
    private bool _isClosed;

    public IDisposable Subscribe(Action<StorageEvent> handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        lock (_gate)
        {
            _subscribers = [.. _subscribers, handler];
        }

        return new Subscription(this, handler);
    }

    /// <summary>Queues an event. Never waits and never throws.</summary>
    public void Publish(StorageEvent occurred)
    {
        lock (_gate)
        {
            if (_isClosed || (handlers.Count == 0 && _subscribers.Length == 0))
            {
                return;
            }

            if (_channel is null)
            {
                _channel = Channel.CreateBounded<StorageEvent>(
                    new BoundedChannelOptions(Capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
                    dropped => Log.EventDropped(logger, dropped.GetType().Name));
                _loop = RunAsync(_channel.Reader);
            }

            _channel.Writer.TryWrite(occurred);
        }
    }

    /// <summary>
    /// Ends the loop after the queued events have been delivered. Handlers receive a cancelled token.
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
            _channel?.Writer.Complete();
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        _closing.Dispose();
    }

    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();

    private async Task RunAsync(ChannelReader<StorageEvent> reader)
    {
        // Do not run on the time of the operation that published the first event.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await foreach (var occurred in reader.ReadAllAsync().ConfigureAwait(false))
        {
            foreach (var handler in handlers)
            {
                await GuardAsync(() => handler.HandleAsync(occurred, _closing.Token)).ConfigureAwait(false);
            }

            foreach (var subscriber in Volatile.Read(ref _subscribers))
            {
                await GuardAsync(() =>
                {
                    subscriber(occurred);
                    return Task.CompletedTask;
                }).ConfigureAwait(false);
            }
        }
    }

    private async Task GuardAsync(Func<Task> handle)
    {
        try
        {
            await handle().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The boundary to the application's code: an exception must not end the loop or fail an operation.
            Log.EventHandlerFailed(logger, exception.GetType().Name);
            Log.EventHandlerFailedWith(logger, exception);
        }
    }

    private sealed class Subscription(StorageEventQueue queue, Action<StorageEvent> handler) : IDisposable
    {
        private bool _isDisposed;

        public void Dispose()
        {
            lock (queue._gate)
            {
                if (!_isDisposed)
                {
                    _isDisposed = true;
                    var index = Array.IndexOf(queue._subscribers, handler);
                    queue._subscribers = [.. queue._subscribers.Where((_, i) => i != index)];
                }
            }
        }
    }
}
