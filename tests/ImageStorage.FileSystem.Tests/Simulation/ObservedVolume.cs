using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>
/// Reports each call to an observer before it happens. The observer may throw, or perform half of the call and throw.
/// </summary>
internal sealed class ObservedVolume(IVolume inner, Action<VolumeCall> observe) : IVolume
{
    public bool RootExists => inner.RootExists;

    public bool RootIsFile => inner.RootIsFile;

    public long? AvailableBytes => inner.AvailableBytes;

    public void CreateRoot() => Run(VolumeOperation.CreateRoot, string.Empty, inner.CreateRoot);

    public FileIdentity? Identify(string path) => Run(VolumeOperation.Identify, path, () => inner.Identify(path));

    public VolumeFile? OpenRead(string path)
    {
        var file = Run(VolumeOperation.OpenRead, path, () => inner.OpenRead(path));
        return file is null ? null : new ObservedFile(file, path, observe);
    }

    public VolumeFile CreateNew(string path, long reservedLength) => new ObservedFile(Run(VolumeOperation.CreateNew, path, () => inner.CreateNew(path, reservedLength)), path, observe);

    public bool FileExists(string path) => Run(VolumeOperation.FileExists, path, () => inner.FileExists(path));

    public bool DirectoryExists(string path) => Run(VolumeOperation.DirectoryExists, path, () => inner.DirectoryExists(path));

    public void MoveOver(string source, string target) => Run(VolumeOperation.MoveOver, target, () => inner.MoveOver(source, target));

    public void Link(string source, string target) => Run(VolumeOperation.Link, target, () => inner.Link(source, target));

    public bool DeleteFile(string path) => Run(VolumeOperation.DeleteFile, path, () => inner.DeleteFile(path));

    public bool CreateDirectory(string path) => Run(VolumeOperation.CreateDirectory, path, () => inner.CreateDirectory(path));

    public bool DeleteDirectoryIfEmpty(string path) => Run(VolumeOperation.DeleteDirectory, path, () => inner.DeleteDirectoryIfEmpty(path));

    public bool VisitDirectory(string path, VolumeEntryVisitor visitor) => Run(VolumeOperation.Visit, path, () => inner.VisitDirectory(path, visitor));

    public void FlushDirectory(string path) => Run(VolumeOperation.FlushDirectory, path, () => inner.FlushDirectory(path));

    public VolumeLock OpenLock(string path) => new ObservedLock(Run(VolumeOperation.OpenLock, path, () => inner.OpenLock(path)), path, observe);

    public void Dispose() => inner.Dispose();

    private void Run(VolumeOperation operation, string path, Action perform)
    {
        observe(new VolumeCall(operation, path, perform));
        perform();
    }

    private T Run<T>(VolumeOperation operation, string path, Func<T> perform)
    {
        observe(new VolumeCall(operation, path, () => perform()));
        return perform();
    }

    private sealed class ObservedFile(VolumeFile inner, string path, Action<VolumeCall> observe) : VolumeFile
    {
        public override long Length => inner.Length;

        public override int Read(Span<byte> buffer, long offset)
        {
            observe(new VolumeCall(VolumeOperation.Read, path, () => { }));
            return inner.Read(buffer, offset);
        }

        public override void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            var copy = bytes.ToArray();
            observe(new VolumeCall(VolumeOperation.Write, path, () => inner.Write(copy, offset), () => inner.Write(copy.AsSpan(0, copy.Length / 2), offset)));
            inner.Write(bytes, offset);
        }

        public override void Publish() => inner.Publish();

        public override void Flush()
        {
            try
            {
                observe(new VolumeCall(VolumeOperation.FlushFile, path, inner.Flush));
            }
            catch (IOException)
            {
                (inner as InMemoryVolume.OpenFile)?.DropUnflushed();
                throw;
            }

            inner.Flush();
        }

        protected override void Dispose(bool disposing) => inner.Dispose();
    }

    private sealed class ObservedLock(VolumeLock inner, string path, Action<VolumeCall> observe) : VolumeLock
    {
        public override bool TryEnter()
        {
            observe(new VolumeCall(VolumeOperation.EnterLock, path, () => inner.TryEnter()));
            return inner.TryEnter();
        }

        public override void Exit()
        {
            observe(new VolumeCall(VolumeOperation.ExitLock, path, inner.Exit));
            inner.Exit();
        }

        protected override void Dispose(bool disposing) => inner.Dispose();
    }
}
