using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ImageStorage.FileSystem.Staging;

namespace ImageStorage.FileSystem.Listing;

/// <summary>
/// Sorts the entries of one folder in bounded memory. What exceeds the memory is written to a staged file in sorted
/// runs, which are merged while they are read (external merge sort).
/// </summary>
/// <param name="front">The text with which the keys of the folder begin.</param>
/// <param name="capacity">The number of entries in memory at once.</param>
/// <param name="createFile">Creates the file for the runs.</param>
internal sealed class SortedChildren(string front, int capacity, Func<StagedFile> createFile) : IDisposable
{
    private const int BufferLength = 64 << 10;
    private const int MinReadLength = 4 << 10;
    private const int HeaderLength = 4;

    private readonly List<FolderChild> _children = [];
    private readonly List<(long Start, long End)> _runs = [];
    private byte[] _buffer = [];
    private StagedFile? _file;
    private int _buffered;

    /// <summary>
    /// Adds an entry. Returns <see langword="false"/> if the memory is full and the file cannot be written, because the
    /// medium is full or read-only.
    /// </summary>
    public bool TryAdd(in FolderChild child)
    {
        try
        {
            if (_children.Count == capacity)
            {
                WriteRun();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }

        _children.Add(child);
        return true;
    }

    /// <summary>Returns the entries in their order. Called once, after the last entry was added.</summary>
    public IEnumerable<FolderChild> Read()
    {
        _children.Sort();
        return _runs.Count == 0 ? _children : Merge();
    }

    public void Dispose() => _file?.Dispose();

    private IEnumerable<FolderChild> Merge()
    {
        // The buffers of all runs together need the memory of one run, or little more.
        var length = Math.Max(MinReadLength, BufferLength * 16 / _runs.Count);
        var next = new PriorityQueue<IEnumerator<FolderChild>, FolderChild>();
        foreach (var run in _runs.Select(run => ReadRun(run.Start, run.End, length)).Append(_children))
        {
            Enqueue(run.GetEnumerator());
        }

        while (next.TryDequeue(out var run, out var child))
        {
            yield return child;
            Enqueue(run);
        }

        void Enqueue(IEnumerator<FolderChild> run)
        {
            if (run.MoveNext())
            {
                next.Enqueue(run, run.Current);
            }
            else
            {
                run.Dispose();
            }
        }
    }

    // An entry in a run: its length with a bit for folders, and the name in UTF-16.
    private void WriteRun()
    {
        if (_file is null)
        {
            _file = createFile();
            _buffer = new byte[BufferLength];
        }

        var start = _file.Length;
        _children.Sort();
        foreach (var child in _children)
        {
            var name = MemoryMarshal.AsBytes(child.Name.AsSpan());
            if (_buffered + HeaderLength + name.Length > _buffer.Length)
            {
                WriteBuffer();
            }

            BinaryPrimitives.WriteInt32LittleEndian(_buffer.AsSpan(_buffered), (name.Length << 1) | (child.IsDirectory ? 1 : 0));
            name.CopyTo(_buffer.AsSpan(_buffered + HeaderLength));
            _buffered += HeaderLength + name.Length;
        }

        WriteBuffer();
        _runs.Add((start, _file.Length));
        _children.Clear();
    }

    private void WriteBuffer()
    {
        _file!.Append(_buffer.AsSpan(0, _buffered));
        _buffered = 0;
    }

    private IEnumerable<FolderChild> ReadRun(long position, long end, int length)
    {
        var buffer = new byte[length];
        var (from, to) = (0, 0);
        while (from < to || position < end)
        {
            if (to - from < HeaderLength || to - from < HeaderLength + NameLengthAt(buffer, from))
            {
                buffer.AsSpan(from, to - from).CopyTo(buffer);
                (from, to) = (0, to - from);
                var read = _file!.Read(buffer.AsSpan(to, (int)Math.Min(buffer.Length - to, end - position)), position);
                if (read == 0)
                {
                    throw new EndOfStreamException("The file with the sorted names of a folder was truncated by another program. Repeat the call");
                }

                (to, position) = (to + read, position + read);
                continue;
            }

            yield return ChildAt(buffer, from);
            from += HeaderLength + NameLengthAt(buffer, from);
        }
    }

    private FolderChild ChildAt(byte[] buffer, int from) =>
        FolderChild.Of(front, MemoryMarshal.Cast<byte, char>(buffer.AsSpan(from + HeaderLength, NameLengthAt(buffer, from))), (buffer[from] & 1) != 0);

    private static int NameLengthAt(byte[] buffer, int from) => BinaryPrimitives.ReadInt32LittleEndian(buffer.AsSpan(from)) >> 1;
}
