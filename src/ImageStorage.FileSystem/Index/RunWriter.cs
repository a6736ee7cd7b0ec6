using System.Buffers;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// Writes a run, record by record in order. A run has no effect until the manifest names it. If it is disposed
/// unfinished, its file is deleted.
/// </summary>
internal sealed class RunWriter : IDisposable
{
    private readonly IVolume _volume;
    private readonly IndexFiles _files;
    private readonly string _path;
    private readonly Guid _id = Guid.CreateVersion7();
    private readonly byte[] _block = ArrayPool<byte>.Shared.Rent(RunFormat.BlockLength);
    private VolumeFile? _file;
    private int _used = RunFormat.HeaderLength;
    private int _blocks;
    private long _records;
    private long _staleMarkers;
    private long _firstTicks;
    private long _lastTicks;
    private bool _isFinished;

    public RunWriter(IVolume volume, IndexFiles files)
    {
        (_volume, _files) = (volume, files);
        _path = files.Run(_id);
    }

    public void Append(in IndexRecord record)
    {
        if (_used + record.Length > RunFormat.MaxUsed)
        {
            WriteBlock();
        }

        record.WriteTo(_block.AsSpan(_used));
        _used += record.Length;
        _firstTicks = _records == 0 ? record.Ticks : _firstTicks;
        _lastTicks = record.Ticks;
        _staleMarkers += record.IsStaleMarker ? 1 : 0;
        _records++;
    }

    /// <summary>
    /// Flushes the run under every <see cref="Durability"/>. Returns its description for the manifest, or <see
    /// langword="null"/> if the run has no record.
    /// </summary>
    public IndexRun? Finish()
    {
        if (_records == 0)
        {
            return null;
        }

        WriteBlock();
        _file!.Flush();
        _file.Dispose();
        _file = null;
        _files.ConfirmCreated(_path);
        _isFinished = true;
        return new IndexRun(_id, _blocks, _records, _staleMarkers, _firstTicks, _lastTicks);
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(_block);
        _file?.Dispose();
        if (_blocks == 0 || _isFinished)
        {
            return;
        }

        try
        {
            _volume.DeleteFile(_path);
        }
        catch (Exception exception) when (FileErrors.IsExpected(exception))
        {
            // The failure that led here is reported. The next merge deletes a run that no manifest names.
        }
    }

    private void WriteBlock()
    {
        RunFormat.Seal(_block.AsSpan(0, RunFormat.BlockLength), _used, _blocks);
        _file ??= _volume.CreateNew(_path, 0);
        _file.Write(_block.AsSpan(0, RunFormat.BlockLength), (long)_blocks++ * RunFormat.BlockLength);
        _used = RunFormat.HeaderLength;
    }
}
