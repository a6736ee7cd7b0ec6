using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace ImageStorage.Azurite;

/// <summary>One connection through a <see cref="LoopbackProxy"/>: two pumps, which ask the proxy before each chunk.</summary>
internal sealed class ProxyConnection(LoopbackProxy proxy, Socket client)
{
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
            // One side is gone, or this connection was reset on purpose: the other side gets to know it.
        }
        finally
        {
            Reset();
        }
    }

    /// <summary>Ends both sides at once, with RST and not with FIN.</summary>
    public void Reset()
    {
        client.Close(0);
        _server.Close(0);
        _closed.TrySetResult();
    }

    private async Task PumpAsync(Socket from, Socket to, ProxyDirection direction)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(16 << 10);
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer.AsMemory(0, 16 << 10)).ConfigureAwait(false)) > 0)
            {
                var (count, cut) = await proxy.PassAsync(direction, read, _closed.Task).ConfigureAwait(false);
                for (var sent = 0; sent < count;)
                {
                    sent += await to.SendAsync(buffer.AsMemory(sent, count - sent)).ConfigureAwait(false);
                }

                if (cut)
                {
                    proxy.Cut();
                }
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // Whichever pump sees the end first wakes the other one.
            Reset();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
