using System.Buffers;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>
/// The bytes of simulated files. Long files are outside of the managed heap, as on a disk, so that tests of memory see
/// only the memory of the library.
/// </summary>
internal static class MediumMemory
{
    private const int MaxManaged = 512 * 1024;

    public static Memory<byte> Allocate(int length) => length <= MaxManaged ? new byte[length] : new Native(length).Memory;

    public static Memory<byte> Copy(ReadOnlySpan<byte> bytes)
    {
        var copy = Allocate(bytes.Length);
        bytes.CopyTo(copy.Span);
        return copy;
    }

    private sealed unsafe class Native(int length) : MemoryManager<byte>
    {
        private readonly NativeBlock _block = new(length);

        public override Span<byte> GetSpan() => new((void*)_block.DangerousGetHandle(), length);

        public override MemoryHandle Pin(int elementIndex = 0) => new((byte*)_block.DangerousGetHandle() + elementIndex);

        public override void Unpin()
        {
            // The memory never moves.
        }

        protected override void Dispose(bool disposing) => _block.Dispose();
    }

    private sealed unsafe class NativeBlock : SafeHandleZeroOrMinusOneIsInvalid
    {
        public NativeBlock(int length)
            : base(ownsHandle: true) => SetHandle((nint)NativeMemory.AllocZeroed((nuint)length));

        protected override bool ReleaseHandle()
        {
            NativeMemory.Free((void*)handle);
            return true;
        }
    }
}
