using System.Globalization;
using System.Text;

namespace ImageStorage.FileSystem.Naming;

/// <summary>
/// Which letters of a name are upper-case, where the name itself is lower-case. Written as <c>+</c> and a hexadecimal number whose bit n stands for the
/// letter n, from 0, of those that stand for themselves; <c>+</c> alone means all of them, and no mask none.
/// </summary>
internal struct CaseMask
{
    public const char Mark = '+';
    private const int BitsPerDigit = 4;

    // More letters than fit into a name.
    private const int MaxLetters = 128;

    private UInt128 _upper;
    private bool _isAll;

    /// <summary>How many letters there are.</summary>
    public int Letters { get; private set; }

    /// <summary>The longest that the mask can be written with these letters.</summary>
    public readonly int MaxLength => _upper == 0 ? 0 : 1 + ((Letters + BitsPerDigit - 1) / BitsPerDigit);

    /// <summary>Adds a letter. Letters past the most that a name can have are counted, but not kept: such a name is cut into pieces.</summary>
    public void Add(bool isUpper)
    {
        if (isUpper && Letters < MaxLetters)
        {
            _upper |= UInt128.One << Letters;
        }

        Letters++;
    }

    /// <summary>Is the next letter upper-case? Of a mask that was read.</summary>
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

    /// <summary>Reads what follows the mark.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out CaseMask mask)
    {
        mask = new CaseMask { _isAll = text.IsEmpty };
        return text.IsEmpty || (text.Length <= MaxLetters / BitsPerDigit && !text.ContainsAnyInRange('A', 'F') && UInt128.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out mask._upper));
    }

    private readonly bool IsFull => Letters <= MaxLetters && _upper == (Letters == MaxLetters ? UInt128.MaxValue : (UInt128.One << Letters) - 1);
}
