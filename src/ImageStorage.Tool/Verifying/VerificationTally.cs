using ImageStorage.Providers;

namespace ImageStorage.Tool.Verifying;

/// <summary>Counts the findings of a verification.</summary>
internal sealed class VerificationTally
{
    public long Sound { get; private set; }

    public long Corrupted { get; private set; }

    public long Orphan { get; private set; }

    public long NotIndexed { get; private set; }

    public long NotDecodable { get; private set; }

    public long Newer { get; private set; }

    public long Bytes { get; private set; }

    public bool IsSound => Corrupted + Orphan + NotIndexed + NotDecodable + Newer == 0;

    public void Add(VerificationItem item)
    {
        Bytes += item.Bytes;
        switch (item.Status)
        {
            case VerificationStatus.Sound:
                Sound++;
                break;
            case VerificationStatus.Orphan:
                Orphan++;
                break;
            case VerificationStatus.NotIndexed:
                NotIndexed++;
                break;
            case VerificationStatus.NotDecodable:
                NotDecodable++;
                break;
            case VerificationStatus.Newer:
                Newer++;
                break;

            // An unknown status must not be counted as sound.
            case VerificationStatus.Corrupted:
            default:
                Corrupted++;
                break;
        }
    }
}
