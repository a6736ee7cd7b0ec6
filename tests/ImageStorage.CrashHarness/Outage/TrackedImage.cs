using System.Globalization;

namespace ImageStorage.CrashHarness.Outage;

/// <summary>
/// The versions of one image, written by one writer, each a save or a delete. A reader may find the version that was
/// acknowledged last before the read, or any version started later.
/// </summary>
internal sealed class TrackedImage(ImageKey key)
{
    private readonly Lock _gate = new();
    private readonly List<bool> _isSave = [false];
    private int _acknowledged;

    public ImageKey Key { get; } = key;

    /// <summary>Gets the last acknowledged version; 0 without one.</summary>
    public int Acknowledged
    {
        get
        {
            lock (_gate)
            {
                return _acknowledged;
            }
        }
    }

    /// <summary>Starts a version. From now on readers may find it.</summary>
    public int Begin(bool isSave)
    {
        lock (_gate)
        {
            _isSave.Add(isSave);
            return _isSave.Count - 1;
        }
    }

    public void Acknowledge(int version)
    {
        lock (_gate)
        {
            _acknowledged = version;
        }
    }

    /// <summary>Returns the name of a version's payload, from which the payload can be computed.</summary>
    public static string ContentOf(int version, long? length) =>
        length is null ? version.ToString(CultureInfo.InvariantCulture) : string.Create(CultureInfo.InvariantCulture, $"{version}~{length}");

    /// <summary>Returns the violation of a found version; null without one.</summary>
    /// <param name="acknowledged">The last version acknowledged before the read.</param>
    /// <param name="content">The payload named by the record; null if the image did not exist.</param>
    public string? Judge(int acknowledged, string? content)
    {
        lock (_gate)
        {
            var found = content is null ? 0 : int.Parse(content.Split('~')[0], CultureInfo.InvariantCulture);
            var isAllowed = content is null
                ? _isSave.FindIndex(acknowledged, isSave => !isSave) >= 0
                : found >= acknowledged && found < _isSave.Count && _isSave[found];
            return isAllowed ? null
                : $"image '{Key}': {(content is null ? "nothing was found" : $"version {found} was found")}, though version {acknowledged} ({(_isSave[acknowledged] ? "a save" : "no image")}) was acknowledged and {_isSave.Count - 1} begun";
        }
    }
}
