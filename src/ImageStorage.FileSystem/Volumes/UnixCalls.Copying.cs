using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ImageStorage.FileSystem.Volumes;

/// <content>Copies inside the kernel.</content>
internal static unsafe partial class UnixCalls
{
    private static bool _copyRangeMissing;

    /// <summary>
    /// Copies bytes to the same offset of another file inside the kernel, which shares them where the file system can.
    /// </summary>
    /// <returns>The number of copied bytes; 0 at the end of the source, and if the kernel cannot copy here.</returns>
    public static int CopyRange(SafeFileHandle source, SafeFileHandle target, long offset, int length, string name)
    {
        var total = 0;
        while (total < length && !_copyRangeMissing)
        {
            long from = offset + total, to = offset + total;
            nint copied;
            try
            {
                copied = copy_file_range(Descriptor(source), &from, Descriptor(target), &to, (nuint)(length - total), 0);
            }
            catch (EntryPointNotFoundException)
            {
                _copyRangeMissing = true;
                break;
            }

            if (copied == 0 || (copied < 0 && Errno.MeansNoRangeCopy(Marshal.GetLastPInvokeError())))
            {
                break;
            }

            if (copied < 0)
            {
                ThrowUnlessInterrupted("copy_file_range", name);
                continue;
            }

            total += (int)copied;
        }

        GC.KeepAlive(source);
        GC.KeepAlive(target);
        return total;
    }

    // The names of C library functions are not changed.
#pragma warning disable IDE1006
    [LibraryImport("libc", SetLastError = true)]
    private static partial nint copy_file_range(int source, long* sourceOffset, int target, long* targetOffset, nuint length, uint flags);
#pragma warning restore IDE1006
}
