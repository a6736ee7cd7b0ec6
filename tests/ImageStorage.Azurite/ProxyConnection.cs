using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace ImageStorage.Azurite;

/// <summary>
/// One connection through a <see cref="LoopbackProxy"/>: two pumps that ask the proxy before each chunk.
/// </summary>
internal sealed class ProxyConnection(LoopbackProxy proxy, Socket client)
{
    private const int ChunkLength = 16 << 10;

    private readonly Socket _server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public async Task RunAsync(int target)
    {
        try
        {
            client.NoDelay = true;
            await _server.ConnectAsync(IPAddress.Loopback, target).ConfigureAwait(false);
            await Task.WhenAll(PumpAsync(client, _server, ProxyDirection.Request), PumpAsync(_server, client, ProxyDirection.Response)).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // One end is closed, or the connection was reset on purpose: reset the other end too.
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Resets both ends with RST, not with FIN.</summary>
    public void Reset()
    {
        client.Close(0);
        _server.Close(0);
        _closed.TrySetResult();
    }

    private async Task PumpAsync(Socket from, Socket to, ProxyDirection direction)
    {
        var passing = Task.CompletedTask;
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkLength);
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer.AsMemory(0, ChunkLength)).ConfigureAwait(false)) > 0)
            {
                if (proxy.TravelAsync() is { } travel)
                {
                    // The next chunk is read immediately, and arrives after this chunk.
                    passing = ArriveAsync(travel, passing, buffer.AsMemory(0, read).ToArray(), to, direction);
                }
                else
                {
                    await PassOnAsync(buffer.AsMemory(0, read), to, direction).ConfigureAwait(false);
                }
            }

            await passing.ConfigureAwait(false);
            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The first pump that sees the end wakes the other.
            Reset();
            await passing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task ArriveAsync(Task travel, Task before, ReadOnlyMemory<byte> chunk, Socket to, ProxyDirection direction)
    {
        await travel.ConfigureAwait(false);
        await before.ConfigureAwait(false);
        await PassOnAsync(chunk, to, direction).ConfigureAwait(false);
    }

    private async Task PassOnAsync(ReadOnlyMemory<byte> chunk, Socket to, ProxyDirection direction)
    {
        var (count, cut) = await proxy.PassAsync(direction, chunk.Length, _closed.Task).ConfigureAwait(false);
        for (var sent = 0; sent < count;)
        {
            sent += await to.SendAsync(chunk[sent..count]).ConfigureAwait(false);
        }

        if (cut)
        {
            proxy.Cut();
        }
    }
}
