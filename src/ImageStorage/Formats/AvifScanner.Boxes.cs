using System.Buffers.Binary;

namespace ImageStorage.Formats;

/// <content>Walks the boxes inside a description and keeps the boxes that are read later.</content>
internal sealed partial class AvifScanner
{
    /// <summary>Reads the header of a box. Returns false if more bytes of the header are needed.</summary>
    private bool TryReadBox(ReadOnlySpan<byte> window, long parentEnd, out Box box)
    {
        box = default;
        if (window.Length < BoxHeaderSize)
        {
            Next(Position, BoxHeaderSize, Description);
            return false;
        }

        ulong size = BinaryPrimitives.ReadUInt32BigEndian(window);
        int headerSize = BoxHeaderSize;
        bool reachesEnd = size == 0;
        if (size == 1)
        {
            headerSize = LargeBoxHeaderSize;
            if (window.Length < headerSize)
            {
                Next(Position, headerSize, _depth == 0 ? BeforeDescription : Description);
                return false;
            }

            size = BinaryPrimitives.ReadUInt64BigEndian(window[BoxHeaderSize..]);
        }

        ulong room = (ulong)(parentEnd - Position);
        box = new Box(
            BinaryPrimitives.ReadUInt32BigEndian(window[4..]),
            size,
            Position + headerSize,
            reachesEnd ? parentEnd : Position + (long)Math.Min(size, room),
            IsOpen: reachesEnd && !IsEndKnown && parentEnd == ContentEnd,
            IsTooShort: !reachesEnd && size < (ulong)headerSize,
            IsTooLong: size > room);
        return true;
    }

    private void OpenLevel(Box box, int prefix, long position)
    {
        if (_depth == MaxDepth || box.End - box.Body < prefix)
        {
            RefuseOrFinish($"box {FourCc.ToText(box.Type)} at byte {position} is too short");
            return;
        }

        _levels[_depth++] = new Level(box.Type, box.End, box.IsOpen, prefix, _description.Begin(box.Type));
        if (prefix > 0)
        {
            GoTo(Phase.Prefix, box.Body, prefix, Description);
        }
        else
        {
            GoToChild(box.Body);
        }
    }

    private void CloseLevel() => _description.End(_levels[--_depth].Start);

    private void GoToChild(long position)
    {
        while (_depth > 0 && position == _levels[_depth - 1].End)
        {
            CloseLevel();
        }

        if (_depth == 0 && IsComplete)
        {
            // No claim was made for tracks after a still image, so their last byte must be there: they are ignored
            // otherwise.
            _resumeAt = position;
            GoTo(Phase.LastByte, position - 1, 1, Description);
            return;
        }

        if (_depth == 0)
        {
            EndDescription(position);
            return;
        }

        Level level = _levels[_depth - 1];
        if (level.End - position < BoxHeaderSize)
        {
            RefuseOrFinish(BrokenBox(level.Type));
            return;
        }

        // A box without a size may end here.
        GoTo(Phase.Child, position, level.IsOpen ? 1 : BoxHeaderSize, Description);
    }

    private static string BrokenBox(uint parent) => $"a box in {FourCc.ToText(parent)} has an impossible size or reaches past its end";

    private void ReadChild(ReadOnlySpan<byte> window)
    {
        Level level = _levels[_depth - 1];
        if (!TryReadBox(window, level.End, out Box box))
        {
            return;
        }

        if (box.IsBroken)
        {
            RefuseOrFinish(BrokenBox(level.Type));
            return;
        }

        AvifBoxRule rule = AvifBoxRule.Of(level.Type, box.Type);
        long kept = Math.Min(rule.Kept, box.End - box.Body);
        if (rule.Kind != AvifBoxRuleKind.Skip && !_description.Fits(rule.Kind == AvifBoxRuleKind.Descend ? rule.Prefix : kept))
        {
            RefuseOrFinish($"its description has more than {AvifDescription.MaxLength} bytes of items and properties");
        }
        else if (rule.Kind == AvifBoxRuleKind.Descend)
        {
            OpenLevel(box, rule.Prefix, Position);
        }
        else if (rule.Kind == AvifBoxRuleKind.Skip)
        {
            GoToChild(box.End);
        }
        else
        {
            BeginCopy(box, kept);
        }
    }

    private void BeginCopy(Box box, long kept)
    {
        _copyStart = _description.Begin(box.Type);
        (_copyEnd, _resumeAt) = (box.Body + kept, box.End);
        if (kept == 0)
        {
            _description.End(_copyStart);
            GoToChild(box.End);
        }
        else
        {
            GoTo(Phase.Copy, box.Body, 1, Description);
        }
    }

    private void Copy(ReadOnlySpan<byte> window)
    {
        int count = (int)Math.Min(window.Length, _copyEnd - Position);
        _description.Append(window[..count]);
        if (Position + count == _copyEnd)
        {
            _description.End(_copyStart);
            GoToChild(_resumeAt);
        }
        else
        {
            GoTo(Phase.Copy, Position + count, 1, Description);
        }
    }

    /// <summary>The header of a box.</summary>
    /// <param name="Type">The type.</param>
    /// <param name="Size">The declared size.</param>
    /// <param name="Body">The position after the header.</param>
    /// <param name="End">The position after the box.</param>
    /// <param name="IsOpen">True for a box that reaches to the end of content of unknown length.</param>
    /// <param name="IsTooShort">True for a size smaller than the header.</param>
    /// <param name="IsTooLong">True for a box that reaches past its parent.</param>
    private readonly record struct Box(uint Type, ulong Size, long Body, long End, bool IsOpen, bool IsTooShort, bool IsTooLong)
    {
        public bool IsBroken => IsTooShort || IsTooLong;
    }

    /// <summary>A box whose children are walked.</summary>
    private readonly record struct Level(uint Type, long End, bool IsOpen, int Prefix, int Start);
}
