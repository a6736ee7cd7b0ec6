using ImageStorage.Providers;

namespace ImageStorage.Tool.Verifying;

/// <summary>Counts what a verification found.</summary>
internal sealed class VerificationTally
{
    public long Sound { get; private set; }

    public long Corrupted { get; private set; }

    public long Stray { get; private set; }

    public long NotIndexed { get; private set; }

    public long NotDecodable { get; private set; }

    public long Bytes { get; private set; }

    public bool IsSound => Corrupted + Stray + NotIndexed + NotDecodable == 0;

    public void Add(VerificationItem item)
    {
        Bytes += item.Bytes;
        switch (item.Status)
        {
            case VerificationStatus.Sound:
                Sound++;
                break;
            case VerificationStatus.Stray:
                Stray++;
                break;
            case VerificationStatus.NotIndexed:
                NotIndexed++;
                break;
            case VerificationStatus.NotDecodable:
                NotDecodable++;
                break;

            // What is new and unknown here must not pass for sound.
            case VerificationStatus.Corrupted:
            default:
                Corrupted++;
                break;
        }
    }
}
