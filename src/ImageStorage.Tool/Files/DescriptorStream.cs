using System.Runtime.InteropServices;

namespace ImageStorage.Tool.Files;

/// <summary>
/// Writes to an open descriptor of this process and leaves it open. The streams of <see cref="Console"/> ignore a
/// reader that has gone away, so that a command would succeed though its output was lost; a <see cref="FileStream"/>
/// does not move the position that the shell shares with the next command. Unix only.
/// </summary>
internal sealed unsafe partial class DescriptorStream(int descriptor) : Stream
{
    private const int Interrupted = 4;
    private const int BrokenPipe = 32;
    private const short WriteEvent = 4;
    private static readonly int WouldBlock = OperatingSystem.IsMacOS() ? 35 : 11;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="OutputClosedException">The reader of the pipe has gone away.</exception>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            for (var done = 0; done < buffer.Length;)
            {
                var written = write(descriptor, start + done, (nuint)(buffer.Length - done));
                done += written >= 0 ? (int)written : 0;
                if (written < 0)
                {
                    Handle(Marshal.GetLastPInvokeError());
                }
            }
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Handle(int error)
    {
        if (error == BrokenPipe)
        {
            throw new OutputClosedException();
        }

        if (error == WouldBlock)
        {
            // Another process has made the shared descriptor non-blocking.
            var wait = new PollDescriptor { Descriptor = descriptor, Events = WriteEvent };
            _ = poll(&wait, 1, -1);
        }
        else if (error != Interrupted)
        {
            throw new IOException($"The output cannot be written: {Marshal.GetPInvokeErrorMessage(error)}.");
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    // The names are those of the C library.
#pragma warning disable IDE1006
    [LibraryImport("libc", SetLastError = true)]
    private static partial nint write(int descriptor, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int poll(PollDescriptor* descriptors, nuint count, int timeout);
#pragma warning restore IDE1006
}
