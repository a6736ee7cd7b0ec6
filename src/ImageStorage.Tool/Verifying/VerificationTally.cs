using ImageStorage.Providers;

namespace ImageStorage.Tool.Verifying;

/// <summary>Counts the findings of a verification.</summary>
internal sealed class VerificationTally
{
    private static readonly VerificationStatus[] Defects =
    [
        VerificationStatus.Corrupted, VerificationStatus.Missing, VerificationStatus.Orphan, VerificationStatus.Stray,
        VerificationStatus.NotIndexed, VerificationStatus.NotDecodable, VerificationStatus.Newer,
    ];

    private readonly Dictionary<VerificationStatus, long> _counts = [];

    /// <summary>Gets the number of sound images.</summary>
    public long Sound { get; private set; }

    public long SoundDocuments { get; private set; }

    public long SoundRetainedVersions { get; private set; }

    public long Bytes { get; private set; }

    /// <summary>Gets the number of findings of each defect.</summary>
    public IEnumerable<(VerificationStatus Status, long Count)> Findings => Defects.Select(status => (status, _counts.GetValueOrDefault(status)));

    public bool IsSound => _counts.Count == 0;

    public void Add(VerificationItem item)
    {
        Bytes += item.Bytes;
        if (item.Status != VerificationStatus.Sound)
        {
            // An unknown status must not be counted as sound.
            var status = Defects.Contains(item.Status) ? item.Status : VerificationStatus.Corrupted;
            _counts[status] = _counts.GetValueOrDefault(status) + 1;
            return;
        }

        switch (item.Kind)
        {
            case VerificationKind.Document:
                SoundDocuments++;
                break;
            case VerificationKind.RetainedVersion:
                SoundRetainedVersions++;
                break;
            default:
                Sound++;
                break;
        }
    }
}
