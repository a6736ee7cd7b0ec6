using System.IO.Hashing;
using System.Text;
using ImageStorage.LiteDb.Files;
using ImageStorage.Providers;

namespace ImageStorage.LiteDb.Tests.Simulation;

/// <summary>
/// A folder that separates the bytes that programs see from the bytes on the medium. A callback before each call may
/// inspect the disk, or let the call fail.
/// </summary>
internal sealed class SimulatedDisk : IStoreFiles
{
    private const int InputOutputError = 5;
    private const int NoSpace = 28;
    private readonly Lock _gate = new();
    private readonly Dictionary<string, SimulatedFile> _seen = new(StringComparer.Ordinal);
    private Dictionary<string, SimulatedFile> _durable = new(StringComparer.Ordinal);
    private bool _isFull;

    public long? AvailableBytes => null;

    public bool HasBackup { get; set; }

    public bool HasForeignLog => false;

    public KnownMounts Mounts { get; init; } = new(null, "/images.db", () => null);

    /// <summary>Gets or sets a delegate that is called before each call and returns the fault of the call.</summary>
    public Func<DiskCall, DiskFault?>? Observer { get; set; }

    /// <summary>Returns the disk after a stop of the machine at this moment and a restart.</summary>
    public SimulatedDisk After(CutKind kind, int seed)
    {
        lock (_gate)
        {
            var random = new Random(seed);
            var disk = new SimulatedDisk { HasBackup = HasBackup };
            var names = kind switch
            {
                CutKind.Kill => _seen,
                CutKind.Power => _durable,
                _ => Mix(random),
            };
            foreach (var (name, file) in names)
            {
                disk._seen[name] = file.After(kind, random);
            }

            disk._durable = new(disk._seen, StringComparer.Ordinal);
            return disk;
        }
    }

    public SimulatedDisk Clone() => After(CutKind.Kill, 0);

    /// <summary>Returns a text that is the same for disks with the same names and bytes.</summary>
    public UInt128 Fingerprint()
    {
        var hash = new XxHash128();
        foreach (var name in _seen.Keys.Order(StringComparer.Ordinal))
        {
            hash.Append(Encoding.UTF8.GetBytes($"{name} {_seen[name].Length}\n"));
            hash.Append(ContentOf(name));
        }

        return hash.GetCurrentHashAsUInt128();
    }

    public void Mend() => _isFull = false;

    public byte[] ContentOf(string suffix)
    {
        var bytes = new byte[_seen[suffix].Length];
        _seen[suffix].Read(bytes, 0);
        return bytes;
    }

    public void Replace(string suffix, byte[] content)
    {
        var file = new SimulatedFile();
        file.Write(content, 0);
        file.Flush();
        _seen[suffix] = file;
        _durable[suffix] = file;
    }

    public bool Exists(string suffix) => _seen.ContainsKey(suffix);

    public long LengthOf(string suffix) => _seen[suffix].Length;

    public StoreFile Open(string suffix, bool create) => Run(DiskCall.Open, create && !Exists(suffix), _ =>
    {
        if (!_seen.TryGetValue(suffix, out var file))
        {
            if (!create)
            {
                throw new FileNotFoundException();
            }

            _seen[suffix] = file = new SimulatedFile();
        }

        if (file.IsOpen)
        {
            throw new StoreInUseException();
        }

        file.IsOpen = true;
        return new OpenFile(this, suffix, file);
    });

    public void CreateFolder()
    {
        // There is one folder, which always exists.
    }

    public void Delete(string suffix) => Run(DiskCall.Delete, false, _ => _seen.Remove(suffix));

    public void Replace(string source, string target) => Run(DiskCall.Replace, true, _ =>
    {
        _seen.Remove(source, out var file);
        _seen[target] = file!;
        return true;
    });

    public void FlushFolder() => Run(DiskCall.FlushFolder, true, _ =>
    {
        _durable = new(_seen, StringComparer.Ordinal);
        return true;
    });

    private Dictionary<string, SimulatedFile> Mix(Random random)
    {
        var names = new Dictionary<string, SimulatedFile>(StringComparer.Ordinal);
        foreach (var name in _seen.Keys.Union(_durable.Keys).Order(StringComparer.Ordinal))
        {
            if ((random.Next(2) == 0 ? _seen : _durable).TryGetValue(name, out var file))
            {
                names[name] = file;
            }
        }

        return names;
    }

    private T Run<T>(DiskCall call, bool needsSpace, Func<double, T> operation)
    {
        var fault = Observer?.Invoke(call);
        lock (_gate)
        {
            _isFull |= fault == DiskFault.FullFromThenOn;
            if (fault == DiskFault.ErrorBefore)
            {
                throw new IOException("Input/output error", InputOutputError);
            }

            if ((_isFull && needsSpace) || (fault == DiskFault.FullHalfway && needsSpace))
            {
                if (call == DiskCall.Write)
                {
                    operation(0.5);
                }

                throw new IOException("No space left on device", NoSpace);
            }

            var result = operation(1);
            return fault == DiskFault.ErrorAfter ? throw Spoiled(result) : result;
        }
    }

    private static IOException Spoiled<T>(T result)
    {
        (result as StoreFile)?.Dispose();
        return new IOException("Input/output error", InputOutputError);
    }

    private sealed class OpenFile(SimulatedDisk disk, string suffix, SimulatedFile file) : StoreFile
    {
        public override long Length => file.Length;

        public override bool IsInPlace => disk._seen.TryGetValue(suffix, out var found) && found == file;

        public override int Read(Span<byte> buffer, long offset)
        {
            // A span cannot be captured.
            var bytes = new byte[buffer.Length];
            var read = disk.Run(DiskCall.Read, false, _ => file.Read(bytes, offset));
            bytes.AsSpan(0, read).CopyTo(buffer);
            return read;
        }

        public override void Write(ReadOnlySpan<byte> bytes, long offset)
        {
            var copy = bytes.ToArray();
            disk.Run(DiskCall.Write, true, part =>
            {
                file.Write(copy.AsSpan(0, (int)(copy.Length * part)), offset);
                return true;
            });
        }

        public override void SetLength(long length) => disk.Run(DiskCall.SetLength, length > file.Length, _ =>
        {
            file.SetLength(length);
            return true;
        });

        public override void Flush() => Flush(file.Flush);

        public override void FlushBytes() => Flush(file.FlushBytes);

        protected override void Dispose(bool disposing) => file.IsOpen = false;

        private void Flush(Action flush)
        {
            try
            {
                disk.Run(DiskCall.Flush, false, _ =>
                {
                    flush();
                    return true;
                });
            }
            catch (IOException)
            {
                file.DropUnflushed();
                throw;
            }
        }
    }
}
