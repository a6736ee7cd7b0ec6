using System.Net;
using System.Net.Sockets;

namespace ImageStorage.Azurite;

/// <summary>
/// A TCP proxy on the loopback interface that breaks connections on demand: refuse, reset, stall, or cut after a number
/// of bytes. The mode may change at any time, also for open connections. A delay simulates the distance of a real
/// service.
/// </summary>
public sealed class LoopbackProxy : IAsyncDisposable
{
    private readonly int _target;
    private readonly DelayLine? _line;
    private readonly Lock _gate = new();
    private readonly List<ProxyConnection> _connections = [];
    private readonly List<Task> _loops = [];
    private Socket _listener;
    private bool _isListening;
    private TaskCompletionSource _changed = NewSignal();
    private ProxyMode _mode = ProxyMode.Pass;
    private (ProxyDirection Direction, long Bytes, TaskCompletionSource Happened)? _cut;
    private int _accepted;

    private LoopbackProxy(int target, TimeSpan roundTrip)
    {
        _target = target;
        _line = roundTrip > TimeSpan.Zero ? new DelayLine(roundTrip / 2) : null;
        _listener = Bind(0);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        ListenLocked();
    }

    /// <summary>Gets the port for clients.</summary>
    public int Port { get; }

    /// <summary>Gets the number of accepted connections.</summary>
    public int Accepted => Volatile.Read(ref _accepted);

    /// <summary>Starts a proxy for a port of this machine.</summary>
    /// <param name="targetPort">The target port.</param>
    /// <param name="roundTrip">
    /// The added round trip: half of it delays every byte in each direction, without a limit on bytes in transit.
    /// </param>
    public static LoopbackProxy Start(int targetPort, TimeSpan roundTrip = default) => new(targetPort, roundTrip);

    /// <summary>Changes the mode. Cancels a cut that has not happened yet.</summary>
    public void Set(ProxyMode mode)
    {
        lock (_gate)
        {
            (_mode, _cut) = (mode, null);
            if (mode == ProxyMode.Refuse && _isListening)
            {
                // A socket that has the port and does not listen: connections are refused, and no other process gets the port.
                _listener.Dispose();
                _listener = Bind(Port);
                _isListening = false;
            }
            else if (mode != ProxyMode.Refuse && !_isListening)
            {
                ListenLocked();
            }

            if (mode is ProxyMode.Refuse or ProxyMode.Reset)
            {
                ResetAllLocked();
            }

            _changed.TrySetResult();
            _changed = NewSignal();
        }
    }

    /// <summary>
    /// Passes a number of bytes in one direction, counted over all connections, and then resets all connections. New
    /// connections pass again.
    /// </summary>
    /// <returns>Completes when the cut has happened.</returns>
    public Task CutAfter(ProxyDirection direction, long bytes)
    {
        lock (_gate)
        {
            var happened = NewSignal();
            _cut = (direction, bytes, happened);
            return happened.Task;
        }
    }

    /// <summary>Resets open connections, and stops listening.</summary>
    public async ValueTask DisposeAsync()
    {
        Set(ProxyMode.Refuse);
        Task[] loops;
        lock (_gate)
        {
            loops = [.. _loops];
        }

        await Task.WhenAll(loops).ConfigureAwait(false);
        _listener.Dispose();
        _line?.Dispose();
    }

    /// <summary>Waits for the delay of the proxy; null without a delay.</summary>
    internal Task? TravelAsync() => _line?.PassAsync();

    /// <summary>Returns how many of the received bytes may pass; fewer when the cut is among them.</summary>
    internal async ValueTask<(int Count, bool Cut)> PassAsync(ProxyDirection direction, int count, Task closed)
    {
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_mode != ProxyMode.Stall)
                {
                    if (_cut is not { } cut || cut.Direction != direction)
                    {
                        return (count, false);
                    }

                    _cut = cut with { Bytes = cut.Bytes - count };
                    return cut.Bytes > count ? (count, false) : ((int)cut.Bytes, true);
                }

                changed = _changed.Task;
            }

            if (await Task.WhenAny(changed, closed).ConfigureAwait(false) == closed)
            {
                return (0, false);
            }
        }
    }

    /// <summary>Resets all connections after a cut.</summary>
    internal void Cut()
    {
        lock (_gate)
        {
            ResetAllLocked();
            _cut?.Happened.TrySetResult();
            _cut = null;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static Socket Bind(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
        return socket;
    }

    private void ListenLocked()
    {
        _listener.Listen();
        _isListening = true;
        _loops.Add(AcceptAsync(_listener));
    }

    private void ResetAllLocked()
    {
        foreach (var connection in _connections)
        {
            connection.Reset();
        }

        _connections.Clear();
    }

    private async Task AcceptAsync(Socket listener)
    {
        while (true)
        {
            Socket client;
            try
            {
                client = await listener.AcceptAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
            {
                // The listener is closed.
                return;
            }

            Interlocked.Increment(ref _accepted);
            lock (_gate)
            {
                var connection = new ProxyConnection(this, client);
                if (_mode is ProxyMode.Refuse or ProxyMode.Reset)
                {
                    connection.Reset();
                    continue;
                }

                _connections.Add(connection);
                _loops.RemoveAll(loop => loop.IsCompleted);
                _loops.Add(connection.RunAsync(_target));
            }
        }
    }
}
