using System.Globalization;
using System.Text;

namespace ImageStorage.FileSystem.Naming;

/// <summary>
/// Records the upper-case letters of a name that is stored in lower case. Written as <c>+</c> and a hexadecimal number.
/// Bit n is set if letter n, counted from 0, is upper-case; escaped letters do not count. <c>+</c> alone means all
/// letters, no mask means none.
/// </summary>
internal struct CaseMask
{
    public const char Mark = '+';
    private const int BitsPerDigit = 4;

    // More letters than a name can have.
    private const int MaxLetters = 128;

    private UInt128 _upper;
    private bool _isAll;

    /// <summary>Gets the number of letters.</summary>
    public int Letters { get; private set; }

    /// <summary>Gets the maximum length of the written mask with these letters.</summary>
    public readonly int MaxLength => _upper == 0 ? 0 : 1 + ((Letters + BitsPerDigit - 1) / BitsPerDigit);

    /// <summary>
    /// Adds a letter. Letters beyond the maximum of a name are counted but not recorded, because such a name is split.
    /// </summary>
    public void Add(bool isUpper)
    {
        if (isUpper && Letters < MaxLetters)
        {
            _upper |= UInt128.One << Letters;
        }

        Letters++;
    }

    /// <summary>Returns whether the next letter of a parsed mask is upper-case.</summary>
    public bool Next()
    {
        var isUpper = _isAll || (Letters < MaxLetters && (_upper & (UInt128.One << Letters)) != 0);
        Letters++;
        return isUpper;
    }

    public readonly void AppendTo(StringBuilder name) => InsertInto(name, name.Length);

    public readonly void InsertInto(StringBuilder name, int index)
    {
        if (_upper == 0)
        {
            return;
        }

        Span<char> text = stackalloc char[1 + (MaxLetters / BitsPerDigit)];
        text[0] = Mark;
        var length = 0;
        if (!IsFull)
        {
            _upper.TryFormat(text[1..], out length, "x", CultureInfo.InvariantCulture);
        }

        name.Insert(index, text[..(1 + length)]);
    }

    /// <summary>Parses the text after the mark.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CaseMask mask)
    {
        mask = new CaseMask { _isAll = text.IsEmpty };
        return text.IsEmpty || (text.Length <= MaxLetters / BitsPerDigit && !text.ContainsAnyInRange('A', 'F') && UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out mask._upper));
    }

    private readonly bool IsFull => Letters <= MaxLetters && _upper == (Letters == MaxLetters ? UInt128.MaxValue : (UInt128.One << Letters) - 1);
}
