using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ImageStorage.FileSystem.Flushing;
using ImageStorage.FileSystem.Naming;
using ImageStorage.FileSystem.Staging;
using ImageStorage.FileSystem.Trees;
using ImageStorage.FileSystem.Volumes;

namespace ImageStorage.FileSystem.Index;

/// <summary>
/// The images in the order of their creation: an empty file for each, whose name holds the time and the key. An entry
/// is there before its image is committed and is compared with the image when it is listed, so one without an image is
/// harmless, and there is never an image without one.
/// </summary>
internal sealed class CreatedIndex
{
    private const int TimeLength = 16;

    // The first folders stand for 20 days, each deeper one for a sixteenth of that: 8 hours, 30 minutes, … 0.4 ms.
    private static readonly NameScheme Scheme = new(Comparer<string>.Create(CompareEntries), FirstChunk: 5, SpreadLength: TimeLength);

    // A key whose encoded form is longer does not fit into a name everywhere (eCryptfs takes 143 characters): the name
    // then holds its front and a hash, and the entry holds the key as content.
    private const int MostKeyLength = 124;
    private const int FrontLength = 80;
    private const char LongKeyMark = '~';

    // Every save builds a name; the buffer for it is kept.
    [ThreadStatic]
    private static StringBuilder? _spare;

    private readonly IVolume _volume;
    private readonly DurableDirectories _directories;
    private readonly StagingArea _staging;
    private readonly NameTree _tree;
    private readonly Durability _durability;

    public CreatedIndex(IVolume volume, DurableDirectories directories, StagingArea staging, string root, Durability durability)
    {
        _volume = volume;
        _directories = directories;
        _staging = staging;
        _durability = durability;
        _tree = new NameTree(volume, directories, root, Scheme);
    }

    /// <summary>Adds the entry of an image; answers its path, whose folder is to be flushed.</summary>
    public string Add(DateTimeOffset createdAt, ImageKey key)
    {
        var name = NameOf(createdAt, key);
        return Add(name, key, _tree.PlaceFor(name));
    }

    /// <summary>Makes sure that an entry is there, wherever it lies; answers its path, whose folder is to be flushed, as another writer may not have come to that yet.</summary>
    public string Ensure(DateTimeOffset createdAt, ImageKey key)
    {
        var name = NameOf(createdAt, key);
        return _tree.Find(name) ?? Add(name, key, _tree.PlaceFor(name));
    }

    /// <summary>Is there an entry for an image?</summary>
    public bool Contains(DateTimeOffset createdAt, ImageKey key) => _tree.Find(NameOf(createdAt, key)) is not null;

    /// <summary>Removes the entry of an image.</summary>
    public void Remove(DateTimeOffset createdAt, ImageKey key) => _tree.Delete(NameOf(createdAt, key));

    /// <summary>Removes the folders that held an entry, if nothing is left in them.</summary>
    public void Tidy(DateTimeOffset createdAt, ImageKey key) => _tree.Tidy(NameOf(createdAt, key));

    /// <summary>The entries between two times, in order, read as they are asked for.</summary>
    /// <param name="from">Created at this time or later.</param>
    /// <param name="before">Created before this time.</param>
    /// <param name="after">Only entries behind this one in the direction of the listing.</param>
    /// <param name="descending">Newest first.</param>
    public IEnumerable<IndexEntry> Enumerate(DateTimeOffset? from, DateTimeOffset? before, IndexEntry? after, bool descending)
    {
        // A time alone sorts before every entry of that time.
        var lower = from is { } first ? TimeOf(first) : null;
        var upper = before is { } last ? TimeOf(last) : null;
        if (after is { } position)
        {
            // The whole moment of the position, as names do not tell the order of long keys.
            if (descending)
            {
                var name = TimeOf(position.CreatedAt.UtcTicks + 1);
                upper = upper is null || Scheme.Comparer.Compare(name, upper) < 0 ? name : upper;
            }
            else
            {
                var name = TimeOf(position.CreatedAt);
                lower = lower is null || Scheme.Comparer.Compare(name, lower) > 0 ? name : lower;
            }
        }

        foreach (var moment in ByMoment(_tree.Enumerate(new NameRange(lower, upper, Descending: descending))))
        {
            foreach (var entry in ReadMoment(moment, descending))
            {
                if (after is not { } behind || behind.CreatedAt != entry.CreatedAt || (descending ? entry.Key < behind.Key : entry.Key > behind.Key))
                {
                    yield return entry;
                }
            }
        }
    }

    /// <summary>Names in groups of the same time.</summary>
    private static IEnumerable<List<string>> ByMoment(IEnumerable<string> names)
    {
        List<string> moment = [];
        foreach (var name in names)
        {
            if (moment.Count > 0 && string.CompareOrdinal(moment[0], 0, name, 0, TimeLength) != 0)
            {
                yield return moment;
                moment = [];
            }

            moment.Add(name);
        }

        if (moment.Count > 0)
        {
            yield return moment;
        }
    }

    // An entry that was left over and then added anew may lie in two folders.
    private IEnumerable<IndexEntry> ReadMoment(List<string> names, bool descending)
    {
        var entries = names.Select(Read).OfType<IndexEntry>().Distinct();
        return names.Count == 1 || !names.Exists(IsLong) ? entries
            : descending ? entries.OrderByDescending(entry => entry.Key) : entries.OrderBy(entry => entry.Key);
    }

    private string Add(string name, ImageKey key, string path)
    {
        if (IsLong(name))
        {
            AddLong(key, path);
            return path;
        }

        _tree.Put(path, target =>
        {
            try
            {
                _volume.CreateEmpty(target);
            }
            catch (IOException exception) when (FileErrors.IsExisting(exception) || _volume.FileExists(target))
            {
                // Another writer of the same key at the same tick: one entry is enough. Should it be gone a moment later,
                // the save finds that out under the lock of its key.
            }
        });
        return path;
    }

    // Staged and renamed, so that an entry that is there holds its key, whoever else writes the same one or dies meanwhile.
    private void AddLong(ImageKey key, string path)
    {
        using var staged = _staging.Create(0);
        staged.Append(Encoding.UTF8.GetBytes(key.Value));
        staged.Finish(_durability);
        _tree.Put(path, staged.CommitTo);
    }

    private IndexEntry? Read(string name)
    {
        if (name.Length < TimeLength + 2 || !long.TryParse(name.AsSpan(0, TimeLength), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var ticks)
            || ticks < 0 || ticks > DateTime.MaxValue.Ticks)
        {
            return null;
        }

        var text = IsLong(name) ? ReadLongKey(name) : NameCodec.TryDecode(name.AsSpan(TimeLength + 1), out var decoded) ? decoded : null;
        return text is not null && ImageKey.TryParse(text, out var key) ? new IndexEntry(new DateTimeOffset(ticks, TimeSpan.Zero), key) : null;
    }

    private string? ReadLongKey(string name)
    {
        using var file = _tree.Find(name) is { } path ? _volume.OpenRead(path) : null;
        if (file is null)
        {
            return null;
        }

        Span<byte> utf8 = stackalloc byte[ImageKey.MaxBytes];
        return Encoding.UTF8.GetString(utf8[..file.Read(utf8, 0)]);
    }

    private static string TimeOf(DateTimeOffset time) => TimeOf(time.UtcTicks);

    private static string TimeOf(long ticks) => ticks.ToString("x16", CultureInfo.InvariantCulture);

    private static string NameOf(DateTimeOffset createdAt, ImageKey key)
    {
        var name = (_spare ??= new StringBuilder()).Clear();
        name.Append(CultureInfo.InvariantCulture, $"{createdAt.UtcTicks:x16}-");
        var start = name.Length;
        var front = start;
        foreach (var rune in key.Value.EnumerateRunes())
        {
            if (name.Length - start <= FrontLength)
            {
                front = name.Length;
            }

            if (rune.Value == '/')
            {
                name.Append('/');
            }
            else
            {
                // Windows drops dots and spaces at an end; an entry's name ends with the key's.
                NameCodec.Append(name, rune, escape: rune.Value is '.' or ' ');
            }
        }

        if (name.Length - start <= MostKeyLength)
        {
            return name.ToString();
        }

        name.Length = front;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(key.Value), hash);
        return name.Append(LongKeyMark).Append(Convert.ToHexStringLower(hash[..16])).ToString();
    }

    private static int CompareEntries(string x, string y)
    {
        var byTime = string.CompareOrdinal(x, 0, y, 0, TimeLength);
        return byTime != 0 ? byTime : string.CompareOrdinal(SortKeyOf(x), SortKeyOf(y));
    }

    private static bool IsLong(string name) => name.Length > TimeLength && name.IndexOf(LongKeyMark, TimeLength) >= 0;

    // Entries of the same time are in the order of their keys, not of the encoded form; of long keys the front decides,
    // and then the hash.
    private static string SortKeyOf(string name)
    {
        if (name.Length <= TimeLength + 1)
        {
            return string.Empty;
        }

        var mark = name.IndexOf(LongKeyMark, TimeLength);
        var encoded = name.AsSpan((TimeLength + 1)..(mark < 0 ? name.Length : mark));
        return NameCodec.TryDecode(encoded, out var text) ? mark < 0 ? text : text + name[mark..] : name;
    }
}
