namespace ImageStorage.FileSystem.Tests.Simulation;

/// <summary>Selects which unflushed changes survive a crash.</summary>
internal abstract class CrashPolicy
{
    /// <summary>The process is killed. The operating system keeps all changes.</summary>
    public static CrashPolicy Kill { get; } = new KeepAll();

    /// <summary>A power cut that loses everything unflushed.</summary>
    public static CrashPolicy PowerCut { get; } = new DropAll();

    /// <summary>A power cut that loses some of it: any change of a folder, and any part of a file.</summary>
    public static CrashPolicy PartialPowerCut(int seed) => new KeepSome(new Random(seed));

    public abstract bool KeepsEntry();

    public abstract Memory<byte> ContentOf(MediumFile file);

    private sealed class KeepAll : CrashPolicy
    {
        public override bool KeepsEntry() => true;

        public override Memory<byte> ContentOf(MediumFile file) => MediumMemory.Copy(file.Live);
    }

    private sealed class DropAll : CrashPolicy
    {
        public override bool KeepsEntry() => false;

        public override Memory<byte> ContentOf(MediumFile file) => file.Durable;
    }

    private sealed class KeepSome(Random random) : CrashPolicy
    {
        private const int PageLength = 4096;

        public override bool KeepsEntry() => random.Next(2) == 0;

        public override Memory<byte> ContentOf(MediumFile file)
        {
            var live = file.Live;
            var clean = file.CleanLength;
            switch (random.Next(5))
            {
                case 0:
                    return file.Durable;
                case 1:
                    return live.ToArray();
                case 2:
                    return live[..random.Next(clean, live.Length + 1)].ToArray();
                case 3:
                    // The length was written, the bytes were not.
                    var zeroed = live.ToArray();
                    zeroed.AsSpan(clean).Clear();
                    return zeroed;
                default:
                    var pages = live.ToArray();
                    for (var start = 0; start < pages.Length; start += PageLength)
                    {
                        if (random.Next(2) == 0)
                        {
                            pages.AsSpan(start, Math.Min(PageLength, pages.Length - start))[Math.Clamp(clean - start, 0, Math.Min(PageLength, pages.Length - start))..].Clear();
                        }
                    }

                    return pages;
            }
        }
    }
}
