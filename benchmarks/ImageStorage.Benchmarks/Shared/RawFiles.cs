using System.Buffers;
using System.Globalization;

namespace ImageStorage.Benchmarks.Shared;

/// <summary>
/// The baseline: the minimum of operations that stores bytes safely in files, without encoded names, record, hash,
/// index or validation. The baseline has a staging folder and target folders like a store.
/// </summary>
internal sealed class RawFiles
{
    private const int PieceLength = 128 << 10;
    private const int ReservedFrom = 1 << 20;
    private readonly string _staging;
    private readonly string _target;
    private int _count;

    public RawFiles(string folder)
    {
        _staging = Directory.CreateDirectory(Path.Combine(folder, "staging")).FullName;
        _target = Path.Combine(folder, "target");
        foreach (var name in Names.Folders)
        {
            Directory.CreateDirectory(Path.Combine(_target, name));
        }
    }

    /// <summary>
    /// Writes a temporary file and renames it; with <paramref name="durable"/>, flushes file and folder, too. Returns
    /// the path.
    /// </summary>
    public string Save(ReadOnlySpan<byte> bytes, bool durable)
    {
        var target = Path.Combine(_target, Names.Next());
        var temporary = Path.Combine(_staging, Interlocked.Increment(ref _count).ToString("x", CultureInfo.InvariantCulture));
        var reserved = bytes.Length >= ReservedFrom ? bytes.Length : 0;
        using (var file = File.OpenHandle(temporary, FileMode.CreateNew, FileAccess.Write, preallocationSize: reserved))
        {
            RandomAccess.Write(file, bytes, 0);
            if (durable)
            {
                NativeCalls.Flush(file);
            }
        }

        File.Move(temporary, target, overwrite: true);
        if (durable)
        {
            NativeCalls.FlushDirectory(Path.GetDirectoryName(target)!);
        }

        return target;
    }

    /// <summary>Copies a file durably: to a temporary file, with a flush, a rename and a flush of the folder.</summary>
    public void Copy(string source)
    {
        var target = Path.Combine(_target, Names.Next());
        var temporary = Path.Combine(_staging, Interlocked.Increment(ref _count).ToString("x", CultureInfo.InvariantCulture));
        File.Copy(source, temporary);
        using (var file = File.OpenHandle(temporary, FileMode.Open, FileAccess.ReadWrite))
        {
            NativeCalls.Flush(file);
        }

        File.Move(temporary, target, overwrite: true);
        NativeCalls.FlushDirectory(Path.GetDirectoryName(target)!);
    }

    /// <summary>Reads a file in pieces into a pooled buffer.</summary>
    public static long Read(string path)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            using var file = File.OpenHandle(path);
            long position = 0;
            while (true)
            {
                var read = RandomAccess.Read(file, buffer.AsSpan(0, PieceLength), position);
                position += read;
                if (read < PieceLength)
                {
                    return position;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads the last 4 KB of a file.</summary>
    public static int ReadEnd(string path)
    {
        Span<byte> end = stackalloc byte[4096];
        using var file = File.OpenHandle(path);
        return RandomAccess.Read(file, end, Math.Max(0, RandomAccess.GetLength(file) - end.Length));
    }
}
