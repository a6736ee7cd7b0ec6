using System.Buffers.Binary;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.Caching.Disk;

/// <summary>
/// A turn of one thread at the ledger. Before the first change it is noted in the file that one is under way, and when all are done, the new sum. A turn that ends
/// in between, with its process or by a failure, leaves that note, so the next one counts.
/// </summary>
internal sealed class LedgerSession : IDisposable
{
    private const int Length = 32;
    private const ulong Magic = 0x0001_7267_6C74_5349;

    private readonly SafeFileHandle _handle;
    private readonly Lock _gate;
    private bool _isChanging;

    /// <param name="handle">The file, open for this one alone; owned from now on.</param>
    /// <param name="gate">Left at the end.</param>
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

    /// <summary>The bytes in the folder. Not to be relied on unless <see cref="IsKnown"/>.</summary>
    public long Used { get; private set; }

    /// <summary>Is the sum that of the files?</summary>
    public bool IsKnown { get; private set; }

    /// <summary>Announces that files are about to be made or dropped.</summary>
    public void BeginChanges()
    {
        if (!_isChanging)
        {
            Write(isChanging: true);
            _isChanging = true;
        }
    }

    /// <summary>Counts what was made or dropped.</summary>
    public void Add(long bytes) => Used += bytes;

    /// <summary>Sets what a count has found.</summary>
    public void Set(long bytes)
    {
        BeginChanges();
        (Used, IsKnown) = (bytes, true);
    }

    /// <summary>Says that all changes have been made and counted.</summary>
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
