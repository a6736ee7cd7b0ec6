using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.Caching.Disk;

/// <summary>
/// Exclusive access of one thread to the ledger. A mark is written before the first change, and the new sum after the
/// last change. A session that ends in between, by a crash or a failure, leaves the mark, and the next session counts
/// the files.
/// </summary>
internal sealed class LedgerSession : IDisposable
{
    private const int Length = 32;
    private const ulong Magic = 0x0001_7267_6C74_5349;

    private readonly SafeFileHandle _handle;
    private readonly Lock _gate;
    private bool _isChanging;

    /// <param name="handle">The file, opened exclusively; owned by the session.</param>
    /// <param name="gate">The lock to exit at the end.</param>
    public LedgerSession(SafeFileHandle handle, Lock gate)
    {
        (_handle, _gate) = (handle, gate);
        try
        {
            Span<byte> state = stackalloc byte[Length];
            if (RandomAccess.Read(handle, state, 0) == Length
                && BinaryPrimitives.ReadUInt64LittleEndian(state) == Magic
                && BinaryPrimitives.ReadUInt64LittleEndian(state[24..]) == XxHash3.HashToUInt64(state[..24])
                && BinaryPrimitives.ReadInt64LittleEndian(state[16..]) == 0)
            {
                Used = BinaryPrimitives.ReadInt64LittleEndian(state[8..]);
                IsKnown = true;
            }
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Gets the number of bytes in the folder. Valid only if <see cref="IsKnown"/>.</summary>
    public long Used { get; private set; }

    /// <summary>Gets a value that indicates whether the sum matches the files.</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Writes the mark before files are created or dropped.</summary>
    public void BeginChanges()
    {
        if (!_isChanging)
        {
            Write(isChanging: true);
            _isChanging = true;
        }
    }

    /// <summary>Adds the charge of a created file, or a negative charge of a dropped file.</summary>
    public void Add(long bytes) => Used += bytes;

    /// <summary>Sets the result of a count.</summary>
    public void Set(long bytes)
    {
        BeginChanges();
        (Used, IsKnown) = (bytes, true);
    }

    /// <summary>Writes the new sum and clears the mark.</summary>
    public void Complete()
    {
        if (_isChanging)
        {
            Write(isChanging: false);
            _isChanging = false;
        }
    }

    public void Dispose()
    {
        _handle.Dispose();
        _gate.Exit();
    }

    private void Write(bool isChanging)
    {
        Span<byte> state = stackalloc byte[Length];
        BinaryPrimitives.WriteUInt64LittleEndian(state, Magic);
        BinaryPrimitives.WriteInt64LittleEndian(state[8..], Used);
        BinaryPrimitives.WriteInt64LittleEndian(state[16..], isChanging || !IsKnown ? 1 : 0);
        BinaryPrimitives.WriteUInt64LittleEndian(state[24..], XxHash3.HashToUInt64(state[..24]));
        RandomAccess.Write(_handle, state, 0);
    }
}
